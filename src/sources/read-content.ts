import { stat } from 'node:fs/promises';
import type { Clock, Settings } from '#kernel/index.ts';
import { sourceAuthUnknown, sourceRefNotFound } from './errors.ts';
import type { Fetcher, FetchRequest, Reach } from './fetch/fetcher.ts';
import { readSourceAddress, type RemoteAddress } from './fetch/source-address.ts';
import type { SourceAuth } from './fetch/source-auth.ts';
import type { Repository } from './repository.ts';
import { fetchLimit, fetchTimeout } from './settings.ts';
import { isMatched, localRoot } from './source-paths.ts';
import type { SourceContent } from './sync-source.ts';

export interface ReadContentParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly fetcher: Pick<Fetcher, 'fetch'>;
  /** @throws SOURCE_AUTH_UNKNOWN */
  readonly authOf: (repository: Repository) => SourceAuth | null;
  readonly reachOf: (repository: Repository) => Reach;
}

/** Brings the content of a source to this machine. @throws what `Fetcher.fetch` and `localRoot` do */
export async function readContent(parts: ReadContentParts, repository: Repository, signal: AbortSignal): Promise<SourceContent> {
  if (repository.kind === 'filesystem') {
    const root = localRoot(repository);
    const { isFile, mtimeMs } = await stat(root).then((found) => ({ isFile: found.isFile(), mtimeMs: found.mtimeMs }));
    return {
      root,
      revision: isFile ? `mtime:${Math.round(mtimeMs)}` : null,
      checksum: null,
      fetchedAt: parts.clock.now(),
      signature: null,
    };
  }
  const { snapshot } = await parts.fetcher.fetch(fetchRequestOf(parts, repository), signal);
  return {
    root: snapshot.folder,
    revision: snapshot.revision,
    checksum: snapshot.checksum,
    fetchedAt: snapshot.fetchedAt,
    signature: snapshot.signature === null ? null : `${snapshot.signature.signer} ${snapshot.signature.key}`.trim(),
  };
}

/** @throws SOURCE_AUTH_UNKNOWN, SOURCE_REF_NOT_FOUND for a ref that is not among the allowed ones */
export function fetchRequestOf(parts: Omit<ReadContentParts, 'fetcher' | 'clock'>, repository: Repository): FetchRequest {
  const { settings } = parts;
  const { options, uri, kind, ref, revision, checksum } = repository;
  const address = readSourceAddress(uri, { kind }) as RemoteAddress;
  if (ref !== null && options.allowedRefs !== undefined && !isMatched(ref, options.allowedRefs))
    throw sourceRefNotFound({ address: uri, ref });
  return {
    address,
    reach: parts.reachOf(repository),
    ref,
    subdirectory: repository.subdirectory,
    auth: parts.authOf(repository),
    depth: options.depth ?? 1,
    timeoutMs: options.timeoutMs ?? settings.get(fetchTimeout) * 1_000,
    maxBytes: options.maxBytes ?? settings.get(fetchLimit),
    allowedSigners: options.verifySignatures === true ? (options.allowedSigners ?? '') : null,
    expectedSha256: options.sha256 ?? null,
    previous: revision === null || checksum === null ? null : { revision, checksum },
  };
}

/** The credential a source names. @throws SOURCE_AUTH_UNKNOWN */
export function namedAuth(repository: Repository, named: Readonly<Record<string, SourceAuth>>): SourceAuth | null {
  const { authName, name } = repository;
  if (authName === null) return null;
  const auth = Object.hasOwn(named, authName) ? named[authName] : undefined;
  if (auth === undefined) throw sourceAuthUnknown({ source: name, authName, known: Object.keys(named) });
  return auth;
}
