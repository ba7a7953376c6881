/** How a server is reached. */
export interface ConnectOptions {
  /** `http://127.0.0.1:8080`; `/api/v1` is added. */
  readonly url: string;
  /** An API key or a session's token. */
  readonly token?: string | undefined;
  /** Another `fetch` than that of the platform. */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Milliseconds for each call, from its beginning to the last byte of its answer, with all that is tried again; 30 s when not given. What an
   * input says in `wait` or `waitMs` comes on top.
   */
  readonly timeoutMs?: number | undefined;
  /** How often a call that failed on the way, or that the server put off, is tried again; 2 when not given, 0 for never. */
  readonly retries?: number | undefined;
}

/** What one call can say for itself. */
export interface CallSettings {
  /** Ends the call; it then fails with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call. */
  readonly timeoutMs?: number | undefined;
  /** How often this call is tried again. */
  readonly retries?: number | undefined;
  /**
   * Names what is to happen once: the same call with the same key gets the first answer again. Each write has one of its own when none is
   * given, so that trying again does nothing twice.
   */
  readonly idempotencyKey?: string | undefined;
}

export interface FollowOptions {
  /** Ends the following, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** The id of the last event that was seen. */
  readonly after?: string | null | undefined;
  /** How often in a row connecting again may fail before it is given up; 8 when not given. The first connection is tried as often as a call is. */
  readonly mostFailures?: number | undefined;
  /** Milliseconds before the first attempt to connect again; doubles up to 10 s; 500, or what the server says, when not given. */
  readonly backoffMs?: number | undefined;
  /** A connection on which nothing came for so many milliseconds counts as broken; 45 s when not given: a server gives a sign every 15. */
  readonly silenceMs?: number | undefined;
}
