const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const severalUnits = [86_400_000, 3_600_000, 60_000, 1000, 1];
const sizes: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** From weeks to seconds, whole numbers except the last: ISO 8601 without months and years, which have no length. */
const isoDuration =
  /^P(?=[\dT])(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const isoUnits = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/**
 * Reads a duration written by a person: `500ms`, `2s`, `1.5m`, `1h`, `7d`, `1h30m`, or `PT1H30M`; a bare number means seconds, as
 * everywhere in the configuration. Of several units the larger comes first, each at most once.
 * @returns whole milliseconds (rounded up), or null when the text is no duration.
 */
export function parseDurationMs(text: string): number | null {
  const trimmed = text.trim();
  const iso = isoDuration.exec(trimmed);
  if (iso) return whole(iso.slice(1).reduce((sum, amount, index) => sum + Number(amount ?? 0) * isoUnits[index]!, 0));
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(trimmed);
  if (found) return whole(Number(found[1]) * durations[(found[2] ?? 's').toLowerCase()]!);
  const several = /^(?:(\d+)d)?\s?(?:(\d+)h)?\s?(?:(\d+)m)?\s?(?:(\d+(?:\.\d+)?)s)?\s?(?:(\d+)ms)?$/i.exec(trimmed);
  if (!several || trimmed === '') return null;
  return whole(several.slice(1).reduce((sum, amount, index) => sum + Number(amount ?? 0) * severalUnits[index]!, 0));
}

/**
 * Reads an amount of memory written by a person: `64KB`, `256MB`, `1.5 GB` (powers of 1024); a bare number is in `bareUnit`.
 * @returns whole bytes (rounded up), or null when the text is no amount.
 */
export function parseBytes(text: string, bareUnit: 'b' | 'mb' = 'b'): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*(b|kb?|mb?|gb?|kib|mib|gib)?$/i.exec(text.trim());
  if (!found) return null;
  const letter = found[2]?.[0]?.toLowerCase();
  const unit = letter === undefined ? bareUnit : letter === 'b' ? 'b' : `${letter}b`;
  return whole(Number(found[1]) * sizes[unit]!);
}

/** Rounded up, but not because binary fractions made 1.1 s into 1100.0000000000002 ms. */
function whole(amount: number): number | null {
  const rounded = Math.ceil(Number(amount.toPrecision(12)));
  return Number.isSafeInteger(rounded) ? rounded : null;
}
