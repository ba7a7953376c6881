import { isoTime, stream, type FeedEvent, type StreamEvent } from '#kernel/index.ts';
import { z } from 'zod';
import type { ExecutionRow, StoredLogLine } from '../execution-store.ts';
import { executionNotFound } from './errors.ts';
import { levelsFrom, LogLevel, LogLine } from './log-level.ts';
import { ExecutionId } from './read-operations.ts';
import { executionOf, type StoredExecutionServices } from './services.ts';
import { executionEvents } from './telling.ts';

/** What a follower gets: lines, and at the end how it ended. */
const Followed = z.union([LogLine, z.object({ status: z.string(), logsDropped: z.number().int() })]);
type Followed = z.infer<typeof Followed>;

export const followExecutionLog = stream({
  name: 'executions.followLogs',
  summary: 'Follow the log of an execution',
  details:
    'Lines as they come: first those that are stored, then those that are logged, each once and in order, until the execution ends; a last event says how. Who comes back with the id of the last line goes on behind it.',
  input: z.object({
    id: ExecutionId,
    level: LogLevel.optional().describe('Only lines of this level and above'),
    search: z.string().min(1).max(1_000).optional().describe('Only lines that contain this, in any case'),
  }),
  data: Followed,
  errors: [executionNotFound],
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id/logs/follow',
    graphql: 'executionLogFollowed',
    without: { cli: '`ratchet execution logs --follow` is one command with the log that is stored.' },
  },
  async *open(services: FollowServices, { id, level, search }, after, { signal }): AsyncGenerator<StreamEvent<Followed>> {
    const row = await executionOf(services.executionStore, id);
    const levels = level === undefined ? null : levelsFrom(level);
    const wanted = search?.toLowerCase() ?? null;
    for await (const line of linesOf(services, row, numberFrom(after), signal)) {
      if (levels !== null && !levels.includes(line.level)) continue;
      if (wanted !== null && !line.message.toLowerCase().includes(wanted)) continue;
      yield { id: String(line.number), kind: 'log', data: { ...line, at: isoTime(line.at) } };
    }
    if (signal.aborted) return;
    const [ended, result] = await Promise.all([services.executionStore.find(String(row.id)), services.executionStore.result(row.id)]);
    yield { id: null, kind: 'ended', data: { status: (ended ?? row).status.toUpperCase(), logsDropped: result?.logsDropped ?? 0 } };
  },
});

type FollowServices = Pick<StoredExecutionServices, 'executionStore' | 'eventFeed'>;

/** Events can be left out, or happen in another process: the database is looked at this often, whatever the feed says. */
const lookEveryMs = 1_000;
const perLook = 1_000;

/**
 * Every line after a number, once and in order, until the execution has ended. The feed is listened to before the database is read, so
 * nothing falls between the two; a line that the feed skips is waited for in the database, where it will be within about a second.
 */
async function* linesOf(
  { executionStore, eventFeed }: FollowServices,
  row: ExecutionRow,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredLogLine> {
  const early = new Map<number, StoredLogLine>();
  let last = after;
  let wake = () => {};
  let mustLook = true;
  const unsubscribe = eventFeed.subscribe((event) => {
    if (event.executionId !== String(row.id) && event.executionId !== row.uuid) return;
    const line = lineOf(event);
    if (line === null) mustLook ||= !sayNothingOfTheEnd.has(event.kind);
    else if (line.number > last && early.size < perLook) early.set(line.number, line);
    wake();
  });
  const onAbort = () => wake();
  const timer = setInterval(() => {
    mustLook = true;
    wake();
  }, lookEveryMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      // What has ended before its lines are read has no further lines after that.
      const hasEnded = mustLook && !(await isUnderWay(executionStore, row.id));
      if (mustLook) {
        mustLook = false;
        for (let isMore = true; isMore && !signal.aborted;) {
          const lines = await executionStore.logs(row.id, { after: last, limit: perLook, levels: null, search: null });
          for (const line of lines) {
            last = line.number;
            early.delete(line.number);
            yield line;
          }
          isMore = lines.length === perLook;
        }
      }
      if (hasEnded) return;
      for (let line = early.get(last + 1); line !== undefined; line = early.get(last + 1)) {
        last = line.number;
        early.delete(last);
        yield line;
      }
      for (const number of early.keys()) if (number <= last) early.delete(number);
      if (mustLook || early.has(last + 1) || signal.aborted) continue;
      await new Promise<void>((resolve) => (wake = resolve));
      wake = () => {};
    }
  } finally {
    clearInterval(timer);
    unsubscribe();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Other events of an execution may mean that it has ended. */
const sayNothingOfTheEnd: ReadonlySet<string> = new Set([executionEvents.progress, executionEvents.leftOut]);

async function isUnderWay(store: StoredExecutionServices['executionStore'], id: number): Promise<boolean> {
  const status = (await store.find(String(id)))?.status;
  return status === 'pending' || status === 'running';
}

function lineOf({ kind, data }: FeedEvent): StoredLogLine | null {
  return kind === executionEvents.log ? (data as unknown as StoredLogLine) : null;
}

function numberFrom(after: string | null): number {
  return after !== null && /^\d{1,9}$/.test(after) ? Number(after) : 0;
}
