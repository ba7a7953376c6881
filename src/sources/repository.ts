import { z } from 'zod';
import { isoTime, isoTimeOrNull, Timestamp, type Listing } from '#kernel/index.ts';

/** What a source is: a folder, ZIP or collection of folders on this machine, a Git repository, or an archive or index behind HTTP. */
export const repositoryKinds = ['filesystem', 'git', 'http'] as const;
export type RepositoryKind = (typeof repositoryKinds)[number];

/** Who said it: the configuration, the command line, or a caller of the server. */
export const repositoryOrigins = ['config', 'command', 'api'] as const;
export type RepositoryOrigin = (typeof repositoryOrigins)[number];

/** `pending`: never synced. `failed`: the last sync could not read it; what was synced before stays. */
export const syncStatuses = ['pending', 'synced', 'failed'] as const;
export type SyncStatus = (typeof syncStatuses)[number];

/** Something that was found in a source and cannot be served. */
export interface SourceProblem {
  /** Path inside the source. */
  readonly taskName: string;
  readonly error: string;
}

/** What is said of a source apart from where it is. Absent: the default. */
export interface RepositoryOptions {
  /** Globs of paths inside the source; only what one of them matches is a task. Absent: everything. */
  readonly includePatterns?: readonly string[];
  /** Globs of paths inside the source that are passed over. */
  readonly ignorePatterns?: readonly string[];
  /** Commits of history that are fetched; 0: all of it. */
  readonly depth?: number;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Refs that may be fetched, as globs. */
  readonly allowedRefs?: readonly string[];
  readonly verifySignatures?: boolean;
  /** Who may sign, one a line as ssh-keygen reads them. */
  readonly allowedSigners?: string;
  /** What the fetched ZIP or index must hash to, 64 hex digits. */
  readonly sha256?: string;
}

/** A place tasks come from. Times in milliseconds since 1970 UTC. */
export interface Repository {
  readonly id: number;
  readonly name: string;
  readonly kind: RepositoryKind;
  /** `file:///...` or an address; never with a credential in it. */
  readonly uri: string;
  readonly origin: RepositoryOrigin;
  /** Branch, tag or commit; null: the default one. */
  readonly ref: string | null;
  readonly subdirectory: string | null;
  /** Name of a credential in the configuration. */
  readonly authName: string | null;
  readonly enabled: boolean;
  /** Null: only when asked, or when files change. */
  readonly pollSeconds: number | null;
  readonly isWatched: boolean;
  readonly isDefault: boolean;
  /** Whether changed tasks may be committed to it. */
  readonly isWritable: boolean;
  readonly pushOnChange: boolean;
  readonly options: RepositoryOptions;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly syncStatus: SyncStatus;
  readonly syncError: string | null;
  readonly syncErrorCode: string | null;
  /** Failed syncs in a row. */
  readonly failures: number;
  /** The last sync that succeeded. */
  readonly lastSyncAt: number | null;
  readonly lastAttemptAt: number | null;
  /** Commit, ETag or hash of what was synced last. */
  readonly revision: string | null;
  /** SHA-256 over its files, 64 hex digits. */
  readonly checksum: string | null;
  readonly fetchedAt: number | null;
  readonly signature: string | null;
  readonly taskCount: number;
  readonly problems: readonly SourceProblem[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

const kindWord = z.enum(['FILESYSTEM', 'GIT', 'HTTP']);

/** A source as answers show it. */
export const ShownRepository = z
  .object({
    id: z.string().describe('Number of the source on this server.'),
    name: z.string(),
    repositoryType: kindWord,
    uri: z.string(),
    origin: z.enum(['CONFIG', 'COMMAND', 'API']).describe('Whether the configuration, the command line or a caller said it.'),
    gitRef: z.string().nullable().describe('Branch, tag or commit; null: the default one.'),
    subdirectory: z.string().nullable(),
    authName: z.string().nullable().describe('Name of the credential in the configuration; the credential itself is never shown.'),
    enabled: z.boolean(),
    pollingInterval: z.number().int().nullable().describe('Seconds between two looks; null: only when asked, or when files change.'),
    watch: z.boolean().describe('Whether it is synced when its files change.'),
    isDefault: z.boolean(),
    isWritable: z.boolean().describe('Whether changed tasks may be committed to it.'),
    pushOnChange: z.boolean(),
    includePatterns: z.array(z.string()),
    ignorePatterns: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    syncStatus: z.enum(['PENDING', 'SYNCED', 'FAILED']),
    syncError: z.string().nullable().describe('Why the last sync could not read it; what was synced before stays.'),
    failures: z.number().int().describe('Failed syncs in a row.'),
    lastSyncAt: Timestamp.nullable().describe('The last sync that succeeded.'),
    lastAttemptAt: Timestamp.nullable(),
    revision: z.string().nullable().describe('Commit, ETag or hash of what was synced last.'),
    checksum: z.string().nullable().describe('SHA-256 over its files, 64 hex digits.'),
    fetchedAt: Timestamp.nullable(),
    signature: z.string().nullable().describe('Who signed it, where that was checked.'),
    taskCount: z.number().int(),
    problems: z.array(z.object({ taskName: z.string(), error: z.string() })).describe('What was found and cannot be served.'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Repository' });
export type ShownRepository = z.infer<typeof ShownRepository>;

export function shownRepository(repository: Repository): ShownRepository {
  const { id, kind, origin, ref, pollSeconds, isWatched, options, syncErrorCode: _code, syncStatus, problems, ...rest } = repository;
  return {
    ...rest,
    id: String(id),
    repositoryType: kind.toUpperCase() as ShownRepository['repositoryType'],
    origin: origin.toUpperCase() as ShownRepository['origin'],
    gitRef: ref,
    pollingInterval: pollSeconds,
    watch: isWatched,
    includePatterns: [...(options.includePatterns ?? [])],
    ignorePatterns: [...(options.ignorePatterns ?? [])],
    metadata: rest.metadata === null ? null : { ...rest.metadata },
    syncStatus: syncStatus.toUpperCase() as ShownRepository['syncStatus'],
    problems: problems.map((one) => ({ ...one })),
    lastSyncAt: isoTimeOrNull(repository.lastSyncAt),
    lastAttemptAt: isoTimeOrNull(repository.lastAttemptAt),
    fetchedAt: isoTimeOrNull(repository.fetchedAt),
    createdAt: isoTime(repository.createdAt),
    updatedAt: isoTime(repository.updatedAt),
  };
}

/** How the list of sources can be narrowed and sorted. */
export const repositoryListing = {
  noun: 'repositories',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number of the source' },
    name: { kind: 'text', isSortable: true, describe: 'Name of the source' },
    repositoryType: { kind: 'word', words: ['FILESYSTEM', 'GIT', 'HTTP'], isSortable: true, describe: 'What it is' },
    uri: { kind: 'text', describe: 'Where it is' },
    origin: { kind: 'word', words: ['CONFIG', 'COMMAND', 'API'], describe: 'Who said it' },
    enabled: { kind: 'flag', isSortable: true, describe: 'Whether it is synced' },
    isDefault: { kind: 'flag', describe: 'Whether it is the default one' },
    isWritable: { kind: 'flag', describe: 'Whether changed tasks may be committed to it' },
    syncStatus: { kind: 'word', words: ['PENDING', 'SYNCED', 'FAILED'], isSortable: true, describe: 'How its last sync went' },
    lastSyncAt: { kind: 'time', isSortable: true, describe: 'When it was last synced' },
    createdAt: { kind: 'time', isSortable: true, describe: 'When the server first knew it' },
    updatedAt: { kind: 'time', isSortable: true, describe: 'When it last changed' },
  },
  sort: { field: 'name', order: 'asc' },
} as const satisfies Listing;
