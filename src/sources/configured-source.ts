import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { parseBytes, parseDurationMs, RatchetError } from '#kernel/index.ts';
import { readSourceAddress, type SourceAddress } from './fetch/source-address.ts';
import type { SourceAuth } from './fetch/source-auth.ts';
import type { RepositoryOptions } from './repository.ts';

/** A source as an operator or a caller says it, in one spelling. */
export interface SourceSpec {
  readonly name: string;
  readonly address: SourceAddress;
  readonly enabled: boolean;
  readonly ref: string | null;
  readonly subdirectory: string | null;
  readonly authName: string | null;
  /** A credential that stands beside the source instead of having a name. Kept in memory only. */
  readonly ownAuth: SourceAuth | null;
  /** Null: the default. */
  readonly pollSeconds: number | null;
  readonly isWatched: boolean | null;
  readonly isDefault: boolean;
  readonly isWritable: boolean;
  readonly pushOnChange: boolean;
  readonly options: RepositoryOptions;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

export const sourceName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'holds letters, digits, dots, - and _, 100 at most')
  .refine((name) => !/^\d+$/.test(name), 'must not be a number: sources have numbers of their own');

const seconds = z.union([z.number(), z.string().max(50)]).transform((said, context) => {
  const ms = typeof said === 'number' ? said * 1_000 : parseDurationMs(said);
  if (ms !== null && ms >= 1_000) return Math.round(ms / 1_000);
  context.addIssue({ code: 'custom', message: `is no duration of a second or more: ${JSON.stringify(said)}; write seconds, or 30s, 10m` });
  return z.NEVER;
});

const bytes = z.union([z.number().positive(), z.string().max(50)]).transform((said, context) => {
  const found = typeof said === 'number' ? said : parseBytes(said);
  if (found !== null && found > 0) return Math.round(found);
  context.addIssue({ code: 'custom', message: `is no size: ${JSON.stringify(said)}; write bytes, or 500MB` });
  return z.NEVER;
});

const patterns = z.array(z.string().min(1).max(500)).max(100);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits');

/** What may be said of a source beside name and uri. Several names of one thing stand in one row of `synonyms`. */
const parts = {
  enabled: z.boolean(),
  watch: z.boolean(),
  polling_interval: seconds,
  git_ref: z.string().min(1).max(500),
  subdirectory: z.string().min(1).max(1_000),
  include_patterns: patterns,
  ignore_patterns: patterns,
  shallow: z.boolean(),
  depth: z.number().int().min(0).max(1_000_000),
  timeout: seconds,
  max_size: bytes,
  allowed_refs: patterns,
  verify_signatures: z.boolean(),
  allowed_signers: z.string().max(100_000),
  checksum: sha256,
  auth_name: z.string().min(1).max(200),
  auth_token: z.string().min(1).max(100_000),
  default: z.boolean(),
  writable: z.boolean(),
  push_on_change: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  follow_symlinks: z.literal(false, 'must be false: links are never followed out of a source'),
  // Of older versions, and decided by the server itself now.
  sync_strategy: z.enum(['clone', 'fetch', 'pull']),
  cleanup_on_error: z.boolean(),
  local_cache_path: z.string(),
  cache_ttl: z.union([z.number(), z.string()]),
  keep_history: z.boolean(),
} as const;

const synonyms: Readonly<Record<string, keyof typeof parts>> = {
  watch_for_changes: 'watch',
  watch_changes: 'watch',
  auto_reload: 'watch',
  poll_interval: 'polling_interval',
  branch: 'git_ref',
  ref: 'git_ref',
  tag: 'git_ref',
  commit: 'git_ref',
  directory: 'subdirectory',
  exclude_patterns: 'ignore_patterns',
  max_repo_size: 'max_size',
  sha256: 'checksum',
  token: 'auth_token',
  is_default: 'default',
  is_writable: 'writable',
  auto_push: 'push_on_change',
};

const Parts = z.strictObject(parts).partial();
const kinds = { filesystem: 'filesystem', file: 'filesystem', folder: 'filesystem', git: 'git', http: 'http', https: 'http' } as const;

const Whole = z.looseObject({
  name: sourceName,
  uri: z.string().min(1).max(2_000),
  source_type: z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]], 'must be filesystem, git or http').optional(),
  type: z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]], 'must be filesystem, git or http').optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

/** An entry of `registry.sources`, in every spelling that was ever documented. */
export const ConfiguredSource = Whole.transform((said, context): SourceSpec => {
  const refuse = (path: readonly string[], message: string) => {
    context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  };
  const { name, uri, source_type, type, config, ...beside } = said;
  const word = source_type ?? type;
  let address: SourceAddress;
  try {
    address = readSourceAddress(uri, { kind: word === undefined ? undefined : kinds[word] });
  } catch (caught) {
    if (!(caught instanceof RatchetError)) throw caught;
    return refuse(['uri'], `${caught.message} ${caught.hint}`);
  }
  const flat: Record<string, unknown> = {};
  const take = (from: Readonly<Record<string, unknown>>, path: readonly string[]): void => {
    for (const [key, value] of Object.entries(from)) {
      if (value === null) continue;
      if (key === 'filesystem' || key === 'git' || key === 'http') {
        // A section for another kind says nothing about this one.
        if (key === address.kind && typeof value === 'object') take(value as Record<string, unknown>, [...path, key]);
        continue;
      }
      const known = synonyms[key] ?? key;
      if (!Object.hasOwn(parts, known)) refuse([...path, key], `is nothing that can be said of a source${nearestTo(key)}`);
      else flat[known] = value;
    }
  };
  take(beside, []);
  if (config) take(config, ['config']);
  const parsed = Parts.safeParse(flat);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  }
  return specOf(name, address, parsed.data);
});

/** `; did you mean watch?` where one of the keys is near. */
function nearestTo(key: string): string {
  const nearest = closest(key, [...Object.keys(parts), ...Object.keys(synonyms)]);
  return distance(key, nearest) <= 2 ? `; did you mean ${nearest}?` : '';
}

function specOf(name: string, address: SourceAddress, said: z.output<typeof Parts>): SourceSpec {
  const depth = said.depth ?? (said.shallow === false ? 0 : undefined);
  const token = said.auth_token;
  const options: RepositoryOptions = {
    ...(said.include_patterns === undefined ? {} : { includePatterns: said.include_patterns }),
    ...(said.ignore_patterns === undefined ? {} : { ignorePatterns: said.ignore_patterns }),
    ...(depth === undefined ? {} : { depth }),
    ...(said.timeout === undefined ? {} : { timeoutMs: said.timeout * 1_000 }),
    ...(said.max_size === undefined ? {} : { maxBytes: said.max_size }),
    ...(said.allowed_refs === undefined ? {} : { allowedRefs: said.allowed_refs }),
    ...(said.verify_signatures === undefined ? {} : { verifySignatures: said.verify_signatures }),
    ...(said.allowed_signers === undefined ? {} : { allowedSigners: said.allowed_signers }),
    ...(said.checksum === undefined ? {} : { sha256: said.checksum.toLowerCase() }),
  };
  return {
    name,
    address,
    enabled: said.enabled ?? true,
    ref: said.git_ref ?? null,
    subdirectory: said.subdirectory ?? null,
    authName: said.auth_name ?? null,
    ownAuth:
      token === undefined
        ? null
        : address.kind === 'git'
          ? { type: 'token', token, username: 'x-access-token' }
          : { type: 'bearer', token },
    pollSeconds: said.polling_interval ?? null,
    isWatched: said.watch ?? null,
    isDefault: said.default ?? false,
    isWritable: said.writable ?? false,
    pushOnChange: said.push_on_change ?? false,
    options,
    metadata: said.metadata ?? null,
  };
}

/** A source that was only named by a path or an address, as `serve --sources` takes it. @throws SOURCE_URI_INVALID */
export function bareSource(name: string, uri: string): SourceSpec {
  return specOf(name, readSourceAddress(uri), {});
}
