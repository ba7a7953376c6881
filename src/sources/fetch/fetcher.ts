import type { RemoteAddress } from './source-address.ts';
import type { SourceAuth } from './source-auth.ts';

/**
 * How far a fetch may reach. `anywhere`: what the operator configured. `public`: what somebody added through the server: only encrypted
 * addresses of the public internet, and no path of this machine.
 */
export type Reach = 'anywhere' | 'public';

export interface FetchRequest {
  readonly address: RemoteAddress;
  readonly reach: Reach;
  /** Git: a branch, a tag, a whole commit id, or `refs/...`; null: the branch that the repository calls its own. A branch wins over a tag. */
  readonly ref: string | null;
  /** The part of what is fetched that holds the tasks, with forward slashes; null: all of it. */
  readonly subdirectory: string | null;
  readonly auth: SourceAuth | null;
  /** Git: how many commits of history to fetch; 0: all. */
  readonly depth: number;
  /** For the whole fetch. */
  readonly timeoutMs: number;
  /** Of what is transferred, and of what it unpacks to. */
  readonly maxBytes: number;
  /**
   * Git: who may sign, one a line as ssh-keygen reads them (`principal key-type key`). The commit must be signed by one of them; null: not looked at.
   */
  readonly allowedSigners: string | null;
  /** HTTP: SHA-256 in hex that the fetched ZIP or index must have; null: not looked at. */
  readonly expectedSha256: string | null;
  /** What the caller has of it; null: nothing. */
  readonly previous: Pick<Snapshot, 'revision' | 'checksum'> | null;
  /** Told now and then what is being done, for people. */
  readonly onProgress?: ((what: string) => void) | undefined;
}

/** What was fetched, as files. A plain object of JSON values. */
export interface Snapshot {
  /**
   * Absolute path of a folder with the content: plain files only, never changed once it is there. It may be removed an hour after a fetch last
   * returned it, when newer ones exist.
   */
  readonly folder: string;
  /** Git: the commit id. HTTP: the entity tag, else `sha256:` and the hash of what was answered. */
  readonly revision: string;
  /** SHA-256 in hex over the paths and contents of all files. */
  readonly checksum: string;
  /** When it was fetched first, in milliseconds since 1970 UTC. */
  readonly fetchedAt: number;
  readonly files: number;
  readonly bytes: number;
  /** Who signed the commit, where signatures were asked for. */
  readonly signature: { readonly signer: string; readonly key: string } | null;
  /** What was left out, and why: links, submodules, files too large. At most 50. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface Fetched {
  readonly snapshot: Snapshot;
  /** Its files are those of `previous`. The revision may be another. */
  readonly isSame: boolean;
}

export interface Fetcher {
  /**
   * Brings the content of an address to this machine. Asks first whether anything has changed, which costs one small request. Two fetches of one
   * repository wait for each other, in other processes too. What fails leaves nothing behind that could be taken for content.
   * @throws SOURCE_UNREACHABLE, SOURCE_NOT_FOUND, SOURCE_AUTH_FAILED, SOURCE_AUTH_INVALID, SOURCE_HOST_KEY_UNKNOWN, SOURCE_REF_NOT_FOUND,
   * SOURCE_SUBDIRECTORY_NOT_FOUND, SOURCE_TOO_LARGE, SOURCE_TIMED_OUT, SOURCE_FETCH_CANCELLED, SOURCE_ADDRESS_REFUSED, SOURCE_CONTENT_INVALID,
   * SOURCE_CHECKSUM_WRONG, SOURCE_SIGNATURE_INVALID, SOURCE_CACHE_FAILED, SOURCE_FETCH_FAILED, GIT_MISSING
   */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<Fetched>;
  /** Removes what is kept of an address. */
  forget(address: RemoteAddress): Promise<void>;
  /** Ends what is being fetched and closes connections. */
  close(): Promise<void>;
}
