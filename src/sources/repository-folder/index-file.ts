import { z } from 'zod';
import { Timestamp } from '#kernel/index.ts';

const said = z.string().nullable();
const counts = z.record(z.string(), z.number().int());

/** One task of an index. What its metadata does not say is null. */
export const IndexedTask = z.object({
  name: z.string(),
  uuid: z.string(),
  version: z.string(),
  label: z.string(),
  description: z.string(),
  category: said,
  tags: z.array(z.string()),
  path: z.string().describe('Folder or ZIP file, from the root of the repository.'),
  complexity: said,
  supports_streaming: z.boolean(),
  author: said,
  license: said,
  ratchet_version: said,
  created_at: said,
  updated_at: said,
  checksum: z.string().describe('Content hash of its files, 64 hex digits: the one a server shows for the same files.'),
  files: z.array(z.string()).describe('Its files, from its folder; of a ZIP file those inside.'),
});
export type IndexedTask = z.infer<typeof IndexedTask>;

export const IndexedCollection = z.object({
  name: z.string(),
  path: z.string(),
  description: z.string(),
  tasks: z.array(z.string()).describe('Names of tasks of this repository.'),
});
export type IndexedCollection = z.infer<typeof IndexedCollection>;

export const IndexedTemplate = z.object({
  name: z.string(),
  path: z.string(),
  label: z.string(),
  description: z.string(),
  version: z.string(),
});
export type IndexedTemplate = z.infer<typeof IndexedTemplate>;

export const IndexStatistics = z.object({
  total_tasks: z.number().int(),
  categories: counts.describe('Tasks by category, of those that say one.'),
  complexity_distribution: counts.describe('Tasks by complexity, of those that say one.'),
});

/** What .ratchet/index.json holds: everything a reader needs to choose tasks without opening them. */
export const RepositoryIndex = z.object({
  version: z.literal('1.0'),
  repository: z.object({ name: z.string(), description: z.string(), version: z.string() }),
  tasks: z.array(IndexedTask),
  collections: z.record(z.string(), IndexedCollection),
  templates: z.record(z.string(), IndexedTemplate),
  statistics: IndexStatistics,
  generated_at: Timestamp.describe('When what it says last changed.'),
});
export type RepositoryIndex = z.infer<typeof RepositoryIndex>;

/** Numbers by word, the words in order. */
export function countsOf(words: readonly (string | null)[]): Record<string, number> {
  const groups = Map.groupBy(
    words.filter((word) => word !== null),
    (word) => word,
  );
  return Object.fromEntries([...groups].map(([word, all]) => [word, all.length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
