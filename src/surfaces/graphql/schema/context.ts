import type { Caller, StreamEvent } from '#kernel/index.ts';

/** What resolvers of one request have. */
export interface GraphqlContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Calls an operation as the caller. @throws RatchetError */
  readonly ask: (operation: string, input: unknown) => Promise<unknown>;
  /** Finds things by a key, many at once; those of one answer. */
  batches: Batches;
  /** How the parts of the server are. */
  readonly health: () => Promise<Thing>;
  readonly following: Following;
}

/** What can be followed. Each ends with the request, or when it is told to return. */
export interface Following {
  /** What a stream tells. @param after the last event that was seen, or null */
  stream(name: string, input: unknown, after: string | null): AsyncIterable<StreamEvent<unknown>>;
  /** Things of a kind as they change. @param where what their fields must be @param first shown before any change */
  things(kind: string, where: Readonly<Record<string, string>>, first: Thing | null): AsyncIterable<Thing>;
}

export type Thing = Readonly<Record<string, unknown>>;

/** Reads of one request that can be done together. */
export interface Batches {
  /** One thing by a key that its list can be narrowed by; null where there is none. */
  one(type: string, key: string, value: string): Promise<Thing | null>;
  /** Those whose field `where` is the value, at most `limit`. */
  many(type: string, where: string, value: string, limit: number): Promise<readonly Thing[]>;
  /** All that is kept of one thing. */
  whole(type: string, id: string): Promise<Thing>;
}
