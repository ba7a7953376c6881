import type { Clock } from '#kernel/index.ts';
import type { McpClient } from '../clients/client.ts';
import { sessionNotFound, sessionsFull } from '../errors.ts';

/** What is kept of a connection between requests. */
export interface Session {
  readonly id: string;
  readonly client: McpClient;
  readonly close: () => Promise<void>;
}

interface Kept<One extends Session> {
  readonly session: One;
  usedAt: number;
  /** Requests and streams that are open now. */
  busy: number;
}

export interface Sessions<One extends Session> {
  /** Ends sessions that nobody uses where there are too many. @throws MCP_SESSIONS_FULL */
  readonly makeRoomFor: (client: McpClient) => void;
  readonly add: (session: One) => void;
  /** @throws MCP_SESSION_NOT_FOUND, also for those of another client */
  readonly find: (id: string, client: McpClient) => One;
  /** While it is held, a session is not ended for being unused. @returns what lets it go, once */
  readonly hold: (session: One) => () => void;
  readonly remove: (session: One) => void;
  readonly all: () => readonly One[];
  readonly count: () => number;
  readonly closeAll: () => Promise<void>;
}

export interface SessionLimits {
  readonly most: number;
  readonly mostPerClient: number;
  readonly timeoutMs: number;
}

/** Keeps sessions, not too many and not for too long. Ids mean something only together with the client they belong to. */
export function createSessions<One extends Session>(
  { most, mostPerClient, timeoutMs }: SessionLimits,
  clock: Pick<Clock, 'monotonic'>,
): Sessions<One> {
  const kept = new Map<string, Kept<One>>();
  let sweep: NodeJS.Timeout | null = null;
  const keyOf = (id: string, client: McpClient) => `${client.id} ${id}`;
  const remove = (session: One) => {
    const key = keyOf(session.id, session.client);
    if (kept.get(key)?.session === session) kept.delete(key);
    if (kept.size > 0 || sweep === null) return;
    clearInterval(sweep);
    sweep = null;
  };
  const end = (session: One) => {
    remove(session);
    void session.close().catch(() => {});
  };
  const endUnused = () => {
    const before = clock.monotonic() - timeoutMs;
    for (const { session, usedAt, busy } of kept.values()) if (busy === 0 && usedAt < before) end(session);
  };
  const makeRoom = (among: readonly Kept<One>[], limit: number) => {
    if (among.length < limit) return;
    const idle = among.filter(({ busy }) => busy === 0).toSorted((a, b) => a.usedAt - b.usedAt)[0];
    if (idle === undefined) throw sessionsFull({ limit, retryAfterSeconds: 5 });
    end(idle.session);
  };
  return {
    makeRoomFor(client) {
      endUnused();
      if (client.isNamed)
        makeRoom(
          [...kept.values()].filter(({ session }) => session.client.id === client.id),
          mostPerClient,
        );
      makeRoom([...kept.values()], most);
    },
    add(session) {
      kept.set(keyOf(session.id, session.client), { session, usedAt: clock.monotonic(), busy: 0 });
      sweep ??= setInterval(endUnused, Math.min(timeoutMs, 30_000)).unref();
    },
    find(id, client) {
      const found = kept.get(keyOf(id, client));
      if (found === undefined) throw sessionNotFound({ session: id.slice(0, 100) });
      return found.session;
    },
    hold(session) {
      const found = kept.get(keyOf(session.id, session.client));
      if (found?.session !== session) return () => {};
      found.busy += 1;
      let isHeld = true;
      return () => {
        if (isHeld) found.busy -= 1;
        isHeld = false;
        found.usedAt = clock.monotonic();
      };
    },
    remove,
    all: () => [...kept.values()].map(({ session }) => session),
    count: () => kept.size,
    async closeAll() {
      const open = [...kept.values()].map(({ session }) => session);
      for (const session of open) remove(session);
      await Promise.allSettled(open.map(({ close }) => close()));
    },
  };
}
