import type { LogLine } from '#engine/index.ts';
import type { Clock, EventFeed, Settings } from '#kernel/index.ts';
import type { ExecutionStore, StoredLogLine, StoredProgress } from '../execution-store.ts';
import { mostProgressKept } from '../run.ts';
import { LogBudget } from './log-budget.ts';
import { storable } from './storable.ts';
import { storedProgress } from './stored-progress.ts';
import { createTelling } from './telling.ts';

/** An attempt that begins, as far as its log is concerned. */
export interface LiveRun {
  readonly id: number;
  /** The job's fencing token of this attempt. */
  readonly token: number;
  readonly taskId: number;
  readonly jobId: number;
  /** Takes out of a text the secrets that are known so far. */
  readonly mask: (text: string) => string;
}

/** What is said of an execution while it runs. */
export interface LiveLog {
  line(line: LogLine): void;
  progress(update: unknown): void;
  /** Nothing is stored or told any more. @returns how many lines are stored; the others belong into the finished execution */
  close(): Promise<number>;
}

export interface LiveLogs {
  open(run: LiveRun): LiveLog;
  /** Stores what waits now. */
  flush(): Promise<void>;
}

export interface LiveLogsParts {
  readonly store: Pick<ExecutionStore, 'append'>;
  readonly feed: Pick<EventFeed, 'publish'>;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Lines could not be stored; they wait for the next time, or for the end of the execution. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Who follows sees lines at once; the database gets them in batches, so that a chatty task costs it a write a second. */
const flushEveryMs = 1_000;

/** Stores and tells what running executions log and report. */
export function createLiveLogs({ store, feed, settings, clock, onTrouble }: LiveLogsParts): LiveLogs {
  const open = new Set<Flushable>();
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    // In one tick, so that a database that groups writes makes one of them all.
    await Promise.all([...open].map((log) => log.flush()));
  };
  const arm = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush().then(() => {
        if ([...open].some((log) => log.isWaiting())) arm();
      });
    }, flushEveryMs).unref();
  };

  return {
    flush,
    open(run) {
      const budget = new LogBudget(settings);
      const tell = createTelling(run, feed, clock);
      const waiting: StoredLogLine[] = [];
      let progress: StoredProgress | null = null;
      let lines = 0;
      let reports = 0;
      let stored = 0;
      let flushing: Promise<void> | null = null;

      const writeWaiting = async () => {
        const batch = waiting.slice();
        const report = progress;
        if (batch.length === 0 && report === null) return;
        try {
          await store.append(run.id, run.token, batch, report);
          stored += batch.length;
          waiting.splice(0, batch.length);
          if (progress === report) progress = null;
        } catch (error) {
          onTrouble(`store the log of execution ${run.id}`, error);
        }
      };
      const own: Flushable = {
        isWaiting: () => waiting.length > 0 || progress !== null || tell.isBehind(),
        flush: () => {
          tell.catchUp();
          return (flushing ??= writeWaiting().finally(() => (flushing = null)));
        },
      };
      open.add(own);
      return {
        line({ level, message }) {
          if (!budget.take(message)) return;
          const line = { number: ++lines, level: storable(level), message: storable(run.mask(message)), at: clock.now() };
          waiting.push(line);
          tell.line(line);
          arm();
        },
        progress(update) {
          reports++;
          progress = storedProgress(JSON.parse(run.mask(JSON.stringify(update) ?? 'null')));
          tell.report(progress);
          arm();
        },
        async close() {
          open.delete(own);
          await flushing;
          tell.end();
          // The execution itself remembers no more than so many reports.
          if (progress !== null && reports >= mostProgressKept) await writeWaiting();
          return stored;
        },
      };
    },
  };
}

interface Flushable {
  isWaiting(): boolean;
  flush(): Promise<void>;
}
