/** One request of a client while it is answered, whatever the transport and the revision of the protocol. */
export interface Exchange {
  /** Aborted when the client cancels, or is gone. */
  readonly signal: AbortSignal;
  /** What the client wants to find in reports of progress; undefined where it wants none. */
  readonly progressToken: string | number | undefined;
  /** Sends something that belongs to the request; nothing happens where nobody listens any more. */
  readonly notify: (method: string, params: Readonly<Record<string, unknown>>) => void;
  /** Asks the person behind the client. Throws where the answer comes with another request, which runs everything anew. */
  readonly confirm: (question: string) => Promise<'yes' | 'no' | 'cannot-ask'>;
  /** A line for the client's own log, of those it wants. */
  readonly log: (level: 'debug' | 'info' | 'warning' | 'error', data: Readonly<Record<string, unknown>>) => void;
}
