import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const text = z.string().max(1_000);

/** An entry of an index or list, as far as fetching needs it; everything else in it is its author's. */
const Entry = z.looseObject({
  path: text.optional(),
  name: text.optional(),
  checksum: z.string().max(200).nullish(),
  files: z.array(text).max(2_000).optional(),
});
export type ListedTask = z.output<typeof Entry>;

export interface Listing {
  readonly tasks: readonly ListedTask[];
  /** Entries that are no entries, by place. */
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads an index (`.ratchet/index.json` and its older forms: an object with `tasks`) or the list of a repository server (the same, or `data`, or
 * just the list). Null where it is none of them.
 */
export function readListing(body: Buffer): Listing | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
  const list = listIn(value);
  if (list === null) return null;
  const broken: { path: string; reason: string }[] = [];
  const tasks = list.flatMap((one, at) => {
    const entry = Entry.safeParse(one);
    if (entry.success) return [entry.data];
    const [issue] = entry.error.issues;
    broken.push({ path: `tasks[${at}]`, reason: `is no entry: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() });
    return [];
  });
  return { tasks, broken };
}

function listIn(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  const { tasks, data } = value as { tasks?: unknown; data?: unknown };
  return Array.isArray(tasks) ? tasks : Array.isArray(data) ? data : null;
}

/** The SHA-256 that an entry promises, in lower case; null where it promises none that could be checked. */
export function promisedHash({ checksum }: ListedTask): string | null {
  const found = /^(?:sha-?256:)?([0-9a-f]{64})$/i.exec(checksum ?? '');
  return found ? found[1]!.toLowerCase() : null;
}

export const isSameEntry = (a: ListedTask, b: ListedTask): boolean => isDeepStrictEqual(a, b);
