import { closest, distance } from 'fastest-levenshtein';

/** What somebody who wrote this probably meant, or null when nothing comes near. */
export function nearestOf(written: string, known: readonly string[]): string | null {
  const bare = (text: string) => text.replaceAll(/[-_]/g, '').toLowerCase();
  const same = known.find((one) => bare(one) === bare(written));
  if (same !== undefined) return same;
  // `timeout` for `http.timeout`: right, but at the wrong place.
  const last = bare(written.split('.').at(-1)!);
  if (known.length === 0) return null;
  const near = closest(written, [...known]);
  if (distance(written, near) <= Math.max(2, Math.floor(written.length / 4))) return near;
  const elsewhere = known.filter((one) => one.includes('.') && bare(one.split('.').at(-1)!) === last);
  return elsewhere.toSorted((a, b) => a.split('.').length - b.split('.').length)[0] ?? null;
}
