import { pathToFileURL } from 'node:url';
import type { Settings } from '#kernel/index.ts';
import type { SourceSpec } from './configured-source.ts';
import type { SourceAddress } from './fetch/source-address.ts';
import type { Repository } from './repository.ts';
import type { RepositoryFields } from './repository-store.ts';
import { watchesFolders } from './settings.ts';

/** A source as it is written down. */
export function fieldsOf(spec: SourceSpec, origin: Repository['origin'], settings: Settings): RepositoryFields {
  const { name, address, ref, subdirectory, authName, enabled, pollSeconds, isWritable, pushOnChange, options, metadata } = spec;
  return {
    name,
    kind: address.kind,
    uri: uriOf(address),
    origin,
    ref,
    subdirectory,
    authName,
    enabled,
    pollSeconds,
    isWatched: address.kind === 'filesystem' && (spec.isWatched ?? settings.get(watchesFolders)),
    isWritable,
    pushOnChange,
    options,
    metadata,
  };
}

/** Paths whole, so that they mean the same wherever the next server is started. */
function uriOf(address: SourceAddress): string {
  if (address.kind === 'filesystem') return pathToFileURL(address.path).href;
  return address.kind === 'git' && address.transport === 'file' ? pathToFileURL(address.remote).href : address.uri;
}
