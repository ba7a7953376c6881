import { z } from 'zod';
import { sourceAuthUnknown, sourceSecretRefused, sourcesNotAdded } from './errors.ts';
import { sourceName, type SourceSpec } from './configured-source.ts';
import { maskCredentials } from './fetch/mask-credentials.ts';
import { readSourceAddress } from './fetch/source-address.ts';
import type { Repository } from './repository.ts';

/** What the operator lets callers add. */
export interface AddRules {
  /** Null: nothing. */
  readonly reach: 'anywhere' | 'public' | null;
  /** Names of the credentials in the configuration. */
  readonly authNames: () => readonly string[];
}

const patterns = z.array(z.string().min(1).max(500)).max(100);

/** Fields that would hold a credential, and are refused by name instead of being passed over. */
const secretFields = ['authToken', 'token', 'password', 'username', 'apiKey', 'sshKey', 'privateKey', 'credentials', 'authConfig'] as const;
const secrets = Object.fromEntries(secretFields.map((name) => [name, z.unknown().optional().meta({ deprecated: true })])) as Record<
  (typeof secretFields)[number],
  z.ZodOptional<z.ZodUnknown>
>;

const fields = {
  repositoryType: z
    .string()
    .transform((word) => word.toLowerCase())
    .pipe(z.enum(['filesystem', 'git', 'http']))
    .describe('filesystem, git or http; told by the uri unless given'),
  gitRef: z.string().min(1).max(500).nullable().describe('Branch, tag or commit; the default branch unless given'),
  subdirectory: z.string().min(1).max(1_000).nullable().describe('Folder inside the source that holds the tasks'),
  authName: z.string().min(1).max(200).nullable().describe('Name of a credential in the configuration'),
  enabled: z.boolean().describe('Whether it is synced'),
  pollingInterval: z
    .number()
    .int()
    .min(1)
    .max(86_400 * 30)
    .nullable()
    .describe('Seconds between two looks'),
  watch: z.boolean().describe('Whether a folder is synced when its files change'),
  isDefault: z.boolean().describe('Whether tasks that are to be committed go there'),
  isWritable: z.boolean().describe('Whether changed tasks may be committed to it'),
  pushOnChange: z.boolean().describe('Whether that happens by itself'),
  includePatterns: patterns.describe('Globs of paths that are tasks; everything unless given'),
  ignorePatterns: patterns.describe('Globs of paths that are passed over'),
  depth: z.number().int().min(0).max(1_000_000).describe('Commits of history that are fetched; 0: all'),
  metadata: z.record(z.string(), z.unknown()).nullable().describe('Whatever belongs to it'),
};

export const NewSource = z.object({
  name: sourceName.describe('Name of the source'),
  uri: z.string().min(1).max(2_000).describe('Path on the machine of the server, or address'),
  ...z.object(fields).partial().shape,
  ...secrets,
});
export type NewSource = z.output<typeof NewSource>;

export const SourceChange = NewSource.partial();
export type SourceChange = z.output<typeof SourceChange>;

/** @throws SOURCE_URI_INVALID, SOURCE_SECRET_REFUSED, SOURCE_AUTH_UNKNOWN, SOURCE_NOT_ALLOWED */
export function requestedSpec(request: NewSource, rules: AddRules): SourceSpec {
  const secret = secretFields.find((field) => request[field] !== undefined);
  if (secret !== undefined) throw sourceSecretRefused({ field: secret });
  const { name, uri, repositoryType, authName = null } = request;
  const address = readSourceAddress(uri, { kind: repositoryType });
  const shown = maskCredentials(uri);
  if (rules.reach === null) throw sourcesNotAdded({ uri: shown, rule: 'the operator lets nobody add sources' });
  if (rules.reach === 'public' && (address.kind === 'filesystem' || (address.kind === 'git' && address.transport === 'file'))) {
    throw sourcesNotAdded({ uri: shown, rule: 'it is a path on the machine of the server' });
  }
  const known = rules.authNames();
  if (authName !== null && !known.includes(authName)) throw sourceAuthUnknown({ source: name, authName, known });
  return {
    name,
    address,
    enabled: request.enabled ?? true,
    ref: request.gitRef ?? null,
    subdirectory: request.subdirectory ?? null,
    authName,
    ownAuth: null,
    pollSeconds: request.pollingInterval ?? null,
    isWatched: request.watch ?? null,
    isDefault: request.isDefault ?? false,
    isWritable: request.isWritable ?? false,
    pushOnChange: request.pushOnChange ?? false,
    options: {
      ...(request.includePatterns === undefined || request.includePatterns.length === 0
        ? {}
        : { includePatterns: request.includePatterns }),
      ...(request.ignorePatterns === undefined || request.ignorePatterns.length === 0 ? {} : { ignorePatterns: request.ignorePatterns }),
      ...(request.depth === undefined ? {} : { depth: request.depth }),
    },
    metadata: request.metadata ?? null,
  };
}

/** A source with what a change says put over what it was. @throws as `requestedSpec` */
export function changedSpec(before: Repository, change: SourceChange, rules: AddRules): SourceSpec {
  const { options } = before;
  const unchanged: NewSource = {
    name: before.name,
    uri: before.uri,
    gitRef: before.ref,
    subdirectory: before.subdirectory,
    authName: before.authName,
    enabled: before.enabled,
    pollingInterval: before.pollSeconds,
    watch: before.isWatched,
    isDefault: before.isDefault,
    isWritable: before.isWritable,
    pushOnChange: before.pushOnChange,
    includePatterns: [...(options.includePatterns ?? [])],
    ignorePatterns: [...(options.ignorePatterns ?? [])],
    ...(options.depth === undefined ? {} : { depth: options.depth }),
    metadata: before.metadata === null ? null : { ...before.metadata },
    // Another address may be of another kind; the same one is of the same.
    ...(change.uri === undefined ? { repositoryType: before.kind } : {}),
  };
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return requestedSpec({ ...unchanged, ...said }, rules);
}
