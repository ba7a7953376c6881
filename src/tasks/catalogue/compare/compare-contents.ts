import { z } from 'zod';
import { jsonDifferences, pathText } from '#kernel/index.ts';
import { reachGrowth } from '../../reach.ts';
import type { StoredContent, TaskFilesText } from '../catalogue.ts';
import { lineDiff } from './line-diff.ts';

const mostSchemaChanges = 200;
/** A longer one is told by its counts alone: an answer with megabytes helps nobody. */
const longestDiff = 200_000;

const Side = z.object({ version: z.string(), checksum: z.string().describe('Content hash of its files, 64 hex digits.') });

const count = z.number().int();

/** How two contents of a task differ. */
export const ShownComparison = z
  .object({
    from: Side,
    to: Side,
    isIdentical: z.boolean(),
    linesAdded: count,
    linesRemoved: count,
    files: z
      .array(
        z.object({
          path: z.string(),
          change: z.enum(['ADDED', 'REMOVED', 'CHANGED']),
          linesAdded: count,
          linesRemoved: count,
          diff: z.string().nullable().describe('In the unified format; null where it is longer than 200,000 characters.'),
        }),
      )
      .describe('Those that differ, by path.'),
    schemaChanges: z
      .array(
        z.object({
          schema: z.enum(['INPUT', 'OUTPUT']),
          path: z.string().describe('Place in the schema: input.properties.city.type'),
          change: z.enum(['ADDED', 'REMOVED', 'CHANGED']),
          before: z.unknown().describe('Null where nothing was.'),
          after: z.unknown().describe('Null where nothing is.'),
        }),
      )
      .describe(`The first ${mostSchemaChanges}.`),
    networkAdded: z
      .array(z.string())
      .describe('Hosts that `to` may reach and `from` may not; *:* is every public host, mcp://name an MCP server.'),
    networkRemoved: z.array(z.string()).describe('The other way round.'),
  })
  .meta({ id: 'TaskComparison' });
export type ShownComparison = z.infer<typeof ShownComparison>;

/** @param trustsLists whether a host that is named exactly may be a private one */
export function compareContents(from: StoredContent, to: StoredContent, trustsLists: boolean): ShownComparison {
  const files = changedFiles(from.files, to.files);
  const sum = (key: 'linesAdded' | 'linesRemoved') => files.reduce((total, file) => total + file[key], 0);
  return {
    from: { version: from.version, checksum: from.checksum },
    to: { version: to.version, checksum: to.checksum },
    isIdentical: files.length === 0,
    linesAdded: sum('linesAdded'),
    linesRemoved: sum('linesRemoved'),
    files,
    schemaChanges: [
      ...schemaChanges('INPUT', from.inputSchema, to.inputSchema),
      ...schemaChanges('OUTPUT', from.outputSchema, to.outputSchema),
    ].slice(0, mostSchemaChanges),
    networkAdded: [...reachGrowth(from.metadata, to.metadata, trustsLists)],
    networkRemoved: [...reachGrowth(to.metadata, from.metadata, trustsLists)],
  };
}

function changedFiles(before: TaskFilesText, after: TaskFilesText): ShownComparison['files'] {
  const textAt = (files: TaskFilesText, path: string) => (Object.hasOwn(files, path) ? files[path]! : null);
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return paths.flatMap((path) => {
    const [was, is] = [textAt(before, path), textAt(after, path)];
    if (was === is) return [];
    const { linesAdded, linesRemoved, text } = lineDiff(was ?? '', is ?? '');
    const diff = `--- ${was === null ? '/dev/null' : `a/${path}`}\n+++ ${is === null ? '/dev/null' : `b/${path}`}\n${text}`;
    const change = was === null ? 'ADDED' : is === null ? 'REMOVED' : 'CHANGED';
    return [{ path, change, linesAdded, linesRemoved, diff: diff.length > longestDiff ? null : diff }];
  });
}

function schemaChanges(
  schema: 'INPUT' | 'OUTPUT',
  before: StoredContent['inputSchema'],
  after: StoredContent['inputSchema'],
): ShownComparison['schemaChanges'] {
  // No schema at all is a value that is not there.
  const differences = jsonDifferences(before ?? undefined, after ?? undefined, { match: 'exact', most: mostSchemaChanges });
  return differences.map(({ path, expected, received }) => ({
    schema,
    path: pathText(schema.toLowerCase(), path),
    change: expected === undefined ? 'ADDED' : received === undefined ? 'REMOVED' : 'CHANGED',
    before: expected ?? null,
    after: received ?? null,
  }));
}
