import type { Clock, EventFeed } from '#kernel/index.ts';
import type { StoredLogLine, StoredProgress } from '../execution-store.ts';

/** Kinds of events about an execution that runs. */
export const executionEvents = { log: 'execution.log', progress: 'execution.progress', leftOut: 'execution.leftOut' } as const;

/** Tells those who listen what one execution says, within bounds. */
export interface Telling {
  line(line: StoredLogLine): void;
  report(progress: StoredProgress): void;
  /** Whether something was left out that nobody was told of. */
  isBehind(): boolean;
  /** Tells how much was left out, when the second is over in which it was. */
  catchUp(): void;
  /** The same at once. */
  end(): void;
}

export interface TellingAbout {
  readonly id: number;
  readonly taskId: number;
  readonly jobId: number;
}

/** Events of one execution; more would be felt by everybody who listens to anything. */
export const mostEventsPerSecond = 100;

export function createTelling({ id, taskId, jobId }: TellingAbout, feed: Pick<EventFeed, 'publish'>, clock: Clock): Telling {
  let secondBegan = -Infinity;
  let told = 0;
  let lines = 0;
  let reports = 0;

  const publish = (kind: string, data: Readonly<Record<string, unknown>>) =>
    feed.publish({ kind, at: clock.now(), taskId: String(taskId), jobId: String(jobId), executionId: String(id), data });
  const end = () => {
    if (lines + reports === 0) return;
    const leftOut = { lines, reports };
    lines = 0;
    reports = 0;
    publish(executionEvents.leftOut, leftOut);
  };
  const catchUp = () => {
    if (clock.monotonic() - secondBegan < 1_000) return;
    secondBegan = clock.monotonic();
    told = 0;
    end();
  };
  /** @returns whether one more may be told */
  const may = () => {
    catchUp();
    return ++told <= mostEventsPerSecond;
  };
  return {
    line(line) {
      if (may()) publish(executionEvents.log, { ...line });
      else lines++;
    },
    report({ share, report }) {
      if (may()) publish(executionEvents.progress, { share, report: JSON.parse(report) as unknown });
      else reports++;
    },
    isBehind: () => lines + reports > 0,
    catchUp,
    end,
  };
}
