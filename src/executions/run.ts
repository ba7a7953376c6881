import {
  defaultIsolation,
  limitsFor,
  type EffectsProvider,
  type Engine,
  type Isolation,
  type LimitWishes,
  type LogLine,
} from '#engine/index.ts';
import type { Clock, IdSource, Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { Execution } from './execution.ts';

export interface RunTaskRequest {
  readonly task: Task;
  /** JSON text. */
  readonly input: string;
  /** What the caller asks for; wins over what the task asks for, and the configuration caps both. */
  readonly limits?: LimitWishes;
  readonly isolation?: Isolation | undefined;
  readonly jobId?: string;
  /** Do everything but call the task: compile its code, check the input. The output is then `null`. */
  readonly checkOnly?: boolean;
  readonly signal?: AbortSignal;
  readonly onLog?: (line: LogLine) => void;
  readonly onProgress?: (update: unknown) => void;
}

export interface Executions {
  /** Runs a task once. Never rejects: what goes wrong is the execution's error. */
  run(request: RunTaskRequest): Promise<Execution>;
}

export interface ExecutionsParts {
  readonly engine: Engine;
  /** How effects are performed: live here; mocked or recorded in tests and replays. */
  readonly effects: EffectsProvider;
  readonly settings: Settings;
  readonly ids: IdSource;
  readonly clock: Clock;
}

export function createExecutions({ engine, effects, settings, ids, clock }: ExecutionsParts): Executions {
  return {
    async run({ task, input, limits, isolation, jobId, checkOnly, signal, onLog, onProgress }) {
      const id = ids.next<'execution'>();
      const startedAt = clock.now();
      const logs: LogLine[] = [];
      const gate = effects.begin({ executionId: id, network: task.network });
      const { outcome, cost, facts } = await engine.run({
        program: task.program,
        input,
        context: { executionId: id, taskId: task.uuid, taskVersion: task.version, ...(jobId === undefined ? {} : { jobId }) },
        limits: limitsFor(settings, limits ?? {}, task.wishes),
        isolation: isolation ?? task.isolation ?? settings.get(defaultIsolation),
        effects: gate,
        checkOnly,
        signal,
        onProgress,
        onLog(line) {
          logs.push(line);
          onLog?.(line);
        },
      });
      const records = gate.records();
      const sum = (key: 'requestBytes' | 'responseBytes') => records.reduce((total, record) => total + record[key], 0);
      return {
        id,
        taskId: task.uuid,
        taskVersion: task.version,
        state: outcome.error ? 'failed' : 'completed',
        output: outcome.output,
        error: outcome.error,
        startedAt,
        cost: { ...cost, requests: records.length, bytesIn: sum('responseBytes'), bytesOut: sum('requestBytes') },
        effects: records,
        logs,
        logsDropped: facts.logsDropped,
        turns: facts.turns,
      };
    },
  };
}
