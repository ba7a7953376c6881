import { parseBytes, parseDurationMs, unitOf, type Setting } from '#kernel/index.ts';
import type { Substituted } from './substitute.ts';

/** A value that fits its setting, or what is wrong with it and where inside of it. */
export type ReadValue =
  | { readonly isFine: true; readonly value: unknown }
  | { readonly isFine: false; readonly problem: string; readonly inside: readonly PropertyKey[] };

/** What a value written somewhere means for a setting. A text may be read in several ways; the setting's own type decides. */
export function readValue(wanted: Setting, { value, interpreted }: Substituted): ReadValue {
  const readings = typeof value === 'string' ? readingsOf(value, wanted) : [value, interpreted];
  for (const reading of readings) {
    const parsed = wanted.type.safeParse(reading);
    if (parsed.success) return { isFine: true, value: parsed.data };
  }
  // The complaint about the reading a person most likely meant, not about the bare text.
  const issues = wanted.type.safeParse(readings[0]).error?.issues ?? [];
  const words = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return { isFine: false, problem: words.join('; ') || 'not acceptable', inside: issues[0]?.path ?? [] };
}

/** What a text may mean, likeliest first. Variables and `${NAME}` always arrive as text. */
function readingsOf(text: string, wanted: Setting): unknown[] {
  const trimmed = text.trim();
  const json = jsonOf(trimmed);
  const readings: unknown[] = json === undefined ? withUnit(trimmed, wanted) : [json];
  readings.push(text, trimmed.toLowerCase());
  if (/^(yes|on|1)$/i.test(trimmed)) readings.push(true);
  if (/^(no|off|0)$/i.test(trimmed)) readings.push(false);
  readings.push(trimmed.split(',').map((item) => item.trim()));
  return readings;
}

function jsonOf(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (!/^(-?\d|\[|\{)/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const perMs = { ms: 1, seconds: 1000, hours: 3_600_000 } as const;

/** `10m` for a setting in seconds, `500ms` for one in milliseconds, `64MB` for one in bytes or MB. */
function withUnit(text: string, wanted: Setting): number[] {
  const unit = unitOf(wanted);
  if (unit === null) return [];
  if (unit === 'bytes' || unit === 'mb') {
    const bytes = parseBytes(text);
    return bytes === null ? [] : [unit === 'mb' ? bytes / 1024 ** 2 : bytes];
  }
  const ms = parseDurationMs(text);
  return ms === null ? [] : [ms / perMs[unit]];
}
