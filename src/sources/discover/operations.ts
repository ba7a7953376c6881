import { realpath } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isoTime, operation, Timestamp, type Settings } from '#kernel/index.ts';
import { taskNotFound } from '#tasks/index.ts';
import { discoveryRefused } from '../errors.ts';
import type { SourceServices } from '../operations.ts';
import { discoveryRoots } from '../settings.ts';
import { findCandidates } from './find-candidates.ts';

const flag = z.boolean();

const Candidate = z
  .object({
    name: z.string(),
    path: z.string().describe('On the machine of the server.'),
    type: z.enum(['DIRECTORY', 'FILE']).describe('FILE: a ZIP archive.'),
    hasMainJs: flag.describe('Whether there is a file with code, main.js or another of the usual names.'),
    hasMetadata: flag,
    hasInputSchema: flag,
    hasOutputSchema: flag,
    hasTests: flag,
    metadata: z
      .object({
        uuid: z.string().optional(),
        name: z.string().optional(),
        label: z.string().optional(),
        version: z.string(),
        description: z.string().optional(),
      })
      .nullable()
      .describe('What metadata.json says of itself; null where it cannot be read.'),
  })
  .meta({ id: 'TaskCandidate' });

export const discoverTasksOperation = operation({
  name: 'tasks.discover',
  summary: 'Find what looks like a task below a folder of the server',
  details:
    'Looks for folders with a manifest or a main file, and for ZIP archives. Only below folders that are sources of the server, or that registry.discovery_roots names. Links are not followed. Nothing is run, stored or checked: add the folder as a source, or import what was found.',
  input: z.object({
    path: z.string().min(1).max(2_000).describe('Folder on the machine of the server, as a whole path or file:// address'),
    includePatterns: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(50)
      .default(['*.js', '*.ts', '*.yaml', '*.json'])
      .describe('Globs of names of files; a folder without such a file is passed over'),
    recursive: flag.default(true).describe('Also in folders below those in the folder'),
    maxDepth: z.number().int().min(0).max(20).default(10).describe('Folders below the folder'),
  }),
  output: z
    .object({
      discoveredTasks: z.array(Candidate),
      scanPath: z.string(),
      totalFound: z.number().int(),
      patternsUsed: z.array(z.string()),
      unreadable: z.array(z.object({ path: z.string(), reason: z.string() })).describe('Folders that could not be looked into.'),
      isCut: flag.describe('There was more than is looked at: 10,000 folders, 1,000 tasks.'),
      scannedAt: Timestamp,
    })
    .meta({ id: 'TaskDiscovery' }),
  errors: [taskNotFound, discoveryRefused],
  effect: 'read',
  permission: 'repository:read',
  on: {
    rest: 'POST /tasks/discover',
    graphql: 'discoverTasks',
    mcp: 'ratchet_discover_tasks',
    cli: {
      command: 'task discover',
      positional: ['path'],
      examples: [{ line: 'ratchet task discover /srv/tasks', about: 'What in the folder looks like a task' }],
    },
  },
  async run(
    { sources, settings }: Pick<SourceServices, 'sources'> & { readonly settings: Settings },
    { path, includePatterns, recursive, maxDepth },
    { signal, now },
  ) {
    const roots = [
      ...settings.get(discoveryRoots),
      ...(await sources.overview()).flatMap(({ kind, uri }) => (kind === 'filesystem' ? [uri] : [])),
    ];
    const root = await allowed(path, roots);
    const { found, unreadable, isCut } = await findCandidates(root, { includePatterns, isRecursive: recursive, maxDepth, signal });
    return {
      discoveredTasks: found.map(({ kind, metadata, ...candidate }) => ({
        ...candidate,
        type: kind === 'directory' ? ('DIRECTORY' as const) : ('FILE' as const),
        metadata: metadata === null ? null : { ...metadata },
      })),
      scanPath: root,
      totalFound: found.length,
      patternsUsed: includePatterns,
      unreadable: [...unreadable],
      isCut,
      scannedAt: isoTime(now),
    };
  },
});

/**
 * The folder itself, wherever links lead, when it lies in one that may be searched. What may not be searched and what is not there are one
 * answer, so that nobody learns of the rest of the machine.
 * @throws TASK_DISCOVERY_REFUSED, TASK_NOT_FOUND for what would be allowed and is not there
 */
async function allowed(path: string, roots: readonly string[]): Promise<string> {
  const wanted = pathOf(path);
  if (wanted === null || !isAbsolute(wanted)) throw discoveryRefused({ path });
  const real = await realpath(wanted).catch(() => null);
  const realRoots = await Promise.all(roots.map(async (root) => realpath(pathOf(root) ?? root).catch(() => null)));
  const isInside = (inner: string, outer: string) => inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
  if (real !== null && realRoots.some((root) => root !== null && isInside(real, root))) return real;
  const isBelow = roots.some((root) => isInside(wanted, pathOf(root) ?? root)) && !wanted.split(sep).includes('..');
  throw real === null && isBelow ? taskNotFound({ path }) : discoveryRefused({ path });
}

function pathOf(said: string): string | null {
  if (!said.startsWith('file:')) return said;
  try {
    return fileURLToPath(said);
  } catch {
    return null;
  }
}
