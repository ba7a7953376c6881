import { intervalInvalid } from '../errors.ts';

export const shortestIntervalMs = 1_000;
/** Ten years, without their leap days. */
export const longestIntervalMs = 3_650 * 86_400_000;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** Largest first, each at most once. */
const plain = /^(?:(?<w>N)w)?\s*(?:(?<d>N)d)?\s*(?:(?<h>N)h)?\s*(?:(?<m>N)m)?\s*(?:(?<s>N)s)?\s*(?:(?<ms>N)ms)?$/;
const iso = /^P(?:(?<w>N)W)?(?:(?<d>N)D)?(?:T(?=\d)(?:(?<h>N)H)?(?:(?<m>N)M)?(?:(?<s>N)S)?)?$/;
const number = String.raw`\d{1,12}(?:[.,]\d{1,9})?`;
const [plainPattern, isoPattern] = [plain, iso].map((one) => new RegExp(one.source.replaceAll('N', number), 'i'));

/**
 * Reads an interval: seconds as a number (or a text that is one), "10m", "1h 30m", "P1DT12H".
 * @returns whole milliseconds
 * @throws SCHEDULE_INTERVAL_INVALID
 */
export function readInterval(interval: string | number): number {
  const written = String(interval).trim();
  const refuse = (problem: string) => intervalInvalid({ interval: written.slice(0, 100), problem });
  if (written === '') throw refuse('it is empty');
  if (/^P.*Y|^P[^T]*M/i.test(written)) throw refuse('months and years have no fixed length; use a cron rule for them');
  const ms = Math.round(millisecondsOf(written) * 1e6) / 1e6;
  if (Number.isNaN(ms)) throw refuse('it is not a duration');
  if (ms < shortestIntervalMs) throw refuse('it is shorter than 1 s');
  if (ms > longestIntervalMs) throw refuse('it is longer than 3650 days');
  if (!Number.isInteger(ms)) throw refuse('it is not a whole number of milliseconds');
  return ms;
}

function millisecondsOf(written: string): number {
  if (/^-?\d+(?:\.\d+)?$/.test(written)) return Number(written) * 1_000;
  const groups = written.length > 100 ? undefined : (plainPattern!.exec(written)?.groups ?? isoPattern!.exec(written)?.groups);
  const parts = Object.entries(groups ?? {}).filter(([, amount]) => amount !== undefined);
  if (parts.length === 0) return Number.NaN;
  return parts.reduce((sum, [unit, amount]) => sum + Number(amount.replace(',', '.')) * units[unit]!, 0);
}
