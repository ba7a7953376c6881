import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AddressGuard } from '#engine/index.ts';
import type { Clock } from '#kernel/index.ts';
import type { FetchRequest } from './fetcher.ts';
import type { RemoteAddress } from './source-address.ts';

/** What a fetch leans on, whatever is fetched. */
export interface FetchPlace {
  /** Folder of all fetched sources. */
  readonly folder: string;
  /** Folder of this one, below it. */
  readonly own: string;
  readonly clock: Clock;
  readonly guard: AddressGuard;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export type RequestOf<Address extends RemoteAddress> = Omit<FetchRequest, 'address'> & { readonly address: Address };

/** The name of a source among the fetched ones: for people its last word, for certain the hash of its address. */
export function keyOf(address: RemoteAddress): string {
  const where = address.kind === 'git' ? address.remote : address.url;
  const word = /([\w.-]{1,40}?)(?:\.git|\.zip|\/index\.json)?\/*(?:\?.*)?$/i.exec(where)?.[1] ?? 'source';
  const hash = createHash('sha256').update(`${address.kind} ${where}`).digest('hex').slice(0, 16);
  return `${address.kind}-${word.replaceAll('.', '-').toLowerCase()}-${hash}`;
}

export const ownFolder = (folder: string, address: RemoteAddress): string => join(folder, 'fetched', keyOf(address));
export const lockFolder = (folder: string): string => join(folder, 'locks');
