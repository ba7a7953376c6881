import type { ToolResult } from './run-tool.ts';

export const tasksExtension = 'io.modelcontextprotocol/tasks';

type HandedOffStatus = 'working' | 'completed' | 'cancelled';

/** A call whose client comes back for its result: a "task" in the words of MCP, which has nothing to do with ours. */
export interface HandedOff {
  readonly taskId: string;
  readonly status: HandedOffStatus;
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly result?: ToolResult;
}

export interface HandedOffCalls {
  /** Keeps a running call for its client. @returns what the client is told of it now */
  readonly keep: (
    clientId: string,
    work: Promise<ToolResult>,
    cancel: () => void,
  ) => { readonly first: HandedOff; readonly tell: (message: string) => void };
  /** @returns null where the client has no such call (any more) */
  readonly find: (clientId: string, taskId: string) => HandedOff | null;
  /** Gives a running call up. @returns false where the client has no such call */
  readonly cancel: (clientId: string, taskId: string) => boolean;
  readonly closeAll: () => void;
}

const ttlMs = 3_600_000;
const pollIntervalMs = 1_000;
/** Results of that many calls are remembered; the oldest that have ended go first. */
const mostKept = 1_000;

interface Kept {
  readonly clientId: string;
  readonly cancel: () => void;
  shown: HandedOff;
}

/** Calls that took too long to be waited for, of all clients of this process. They are forgotten with it. */
export function createHandedOffCalls(newId: () => string, now: () => number): HandedOffCalls {
  const calls = new Map<string, Kept>();
  const time = () => new Date(now()).toISOString();
  const forgetOld = () => {
    for (const [id, { shown }] of calls) {
      const isOver = shown.status !== 'working';
      if (isOver && (calls.size > mostKept || now() - Date.parse(shown.lastUpdatedAt) > ttlMs)) calls.delete(id);
    }
  };
  const find = (clientId: string, taskId: string) => {
    const kept = calls.get(taskId);
    return kept?.clientId === clientId ? kept : null;
  };
  return {
    keep(clientId, work, cancel) {
      forgetOld();
      const taskId = newId();
      const first: HandedOff = { taskId, status: 'working', createdAt: time(), lastUpdatedAt: time(), ttlMs, pollIntervalMs };
      const kept: Kept = { clientId, cancel, shown: first };
      calls.set(taskId, kept);
      const change = (changes: Partial<HandedOff>) => {
        if (kept.shown.status === 'working') kept.shown = { ...kept.shown, ...changes, lastUpdatedAt: time() };
      };
      work.then(
        // As the call itself would have answered: clients read it with the same eyes.
        (result) => change({ status: 'completed', result: { ...result, resultType: 'complete' } }),
        () => change({ status: 'cancelled' }),
      );
      return { first, tell: (statusMessage) => change({ statusMessage: statusMessage.slice(0, 500) }) };
    },
    find: (clientId, taskId) => find(clientId, taskId)?.shown ?? null,
    cancel(clientId, taskId) {
      const kept = find(clientId, taskId);
      if (kept === null) return false;
      if (kept.shown.status === 'working') {
        kept.shown = { ...kept.shown, status: 'cancelled', lastUpdatedAt: time() };
        kept.cancel();
      }
      return true;
    },
    closeAll() {
      for (const { cancel, shown } of calls.values()) if (shown.status === 'working') cancel();
      calls.clear();
    },
  };
}
