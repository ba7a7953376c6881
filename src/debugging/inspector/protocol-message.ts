export type Fields = Record<string, unknown>;

/** A message of the DevTools protocol: a question or its answer with an `id`, or a notification without one. */
export interface ProtocolMessage {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** Ids of questions of ours in a debugger's session; no debugger counts that far. */
export const firstOwnId = 1_500_000_000;

/** The script that stops an execution before the author's code does anything; see `DebuggerLink.gate`. */
export const gateUrl = 'ratchet:gate';

/** @returns null for what is no message at all */
export function parseMessage(json: string): ProtocolMessage | null {
  try {
    const value: unknown = JSON.parse(json);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
