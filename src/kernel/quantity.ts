const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizes: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/**
 * Reads a duration written by a person: `500ms`, `2s`, `1.5m`, `1h`, `7d`; a bare number means seconds, as everywhere in the configuration.
 * @returns whole milliseconds (rounded up), or null when the text is no duration.
 */
export function parseDurationMs(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim());
  if (!found) return null;
  return whole(Number(found[1]) * durations[(found[2] ?? 's').toLowerCase()]!);
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
