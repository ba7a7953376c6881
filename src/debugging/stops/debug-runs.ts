import { setTimeout as delay } from 'node:timers/promises';
import { hasInspector, inspectorMissing } from '#engine/index.ts';
import type { Execution, Executions } from '#executions/index.ts';
import type { Task } from '#tasks/index.ts';
import { DebugRun, type SetBreakpoint, type Stop, type StopWishes } from './debug-run.ts';
import { debugBusy } from './errors.ts';

export interface DebugRequest extends StopWishes {
  readonly task: Task;
  /** JSON text. */
  readonly input: string;
  /** All there is of time: other limits of time do not apply to a run with a debugger. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onStop: (count: number) => void;
}

export interface DebuggedRun {
  readonly execution: Execution;
  readonly isOutOfTime: boolean;
  readonly stops: readonly Stop[];
  readonly breakpoints: readonly SetBreakpoint[];
}

/** Runs tasks once with a debugger that notes what it sees. */
export interface DebugRuns {
  /** Never rejects because of what the task does. @throws INSPECTOR_MISSING, DEBUG_BUSY */
  run(request: DebugRequest): Promise<DebuggedRun>;
}

const mostAtOnce = 2;
/** How long an execution that is to end may take to stop standing still. */
const patienceMs = 500;

/** @param parts.withoutSecrets takes secrets of the input, and those with telling names, out of JSON text */
export function createDebugRuns(parts: {
  readonly executions: Executions;
  readonly withoutSecrets: (task: Task, input: string, json: string) => string;
  readonly nodeVersion?: string;
}): DebugRuns {
  let running = 0;
  return {
    async run({ task, input, timeoutMs, signal, onStop, ...wishes }) {
      const node = parts.nodeVersion ?? process.versions.node;
      if (!hasInspector(node)) throw inspectorMissing({ what: 'A debugger', node });
      if (running >= mostAtOnce) throw debugBusy({ running });
      const debugged = new DebugRun(task, wishes, onStop);
      const ending = new AbortController();
      let isLate = false;
      // An execution that is ended while it stands still takes its worker with it: first it is let go.
      const end = () => void Promise.race([debugged.runOn(), delay(patienceMs)]).then(() => ending.abort());
      const timer = setTimeout(() => {
        isLate = true;
        end();
      }, timeoutMs);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) ending.abort();
      running++;
      try {
        const execution = await parts.executions.run({
          task,
          input,
          withSites: true,
          instruments: { debugger: debugged.port },
          signal: ending.signal,
        });
        return {
          execution,
          isOutOfTime: isLate && execution.error !== null,
          stops: JSON.parse(parts.withoutSecrets(task, input, JSON.stringify(debugged.stops))) as Stop[],
          breakpoints: debugged.breakpoints(),
        };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        running--;
      }
    },
  };
}
