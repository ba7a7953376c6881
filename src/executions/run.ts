import {
  defaultIsolation,
  limitsFor,
  validateSchemas,
  type EffectsProvider,
  type Engine,
  type Instruments,
  type Isolation,
  type LimitWishes,
  type LogLine,
  type Program,
} from '#engine/index.ts';
import type { Clock, ExecutionId, IdSource, Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { Execution, ExecutionLogLine, ProgressReport } from './execution.ts';

export interface RunTaskRequest {
  readonly task: Task;
  /** The id the task sees; a new one unless a replay gives it. */
  readonly id?: ExecutionId | undefined;
  /** JSON text. */
  readonly input: string;
  /** What the caller asks for; wins over what the task asks for, and the configuration caps both. */
  readonly limits?: LimitWishes;
  readonly isolation?: Isolation | undefined;
  readonly jobId?: string | undefined;
  /** How effects are performed in this run, instead of the usual way: mocked in tests, recorded in replays. */
  readonly effects?: EffectsProvider | undefined;
  /** Find out which line of the author's code asks for each request. */
  readonly withSites?: boolean;
  /** Look into the run: coverage, a profile, a debugger. See `Execution.insights`. */
  readonly instruments?: Instruments | undefined;
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
  /** How effects are performed where a run does not say otherwise. */
  readonly effects: EffectsProvider;
  readonly settings: Settings;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/** Reports of up to 10,000 characters each; whoever watches gets them all. */
export const mostProgressKept = 1_000;

export function createExecutions({ engine, effects, settings, ids, clock }: ExecutionsParts): Executions {
  return {
    async run({ task, input, limits: wishes, jobId, effects: own, ...request }) {
      const id = request.id ?? ids.next<'execution'>();
      const startedAt = clock.now();
      const logs: ExecutionLogLine[] = [];
      const progress: ProgressReport[] = [];
      const limits = limitsFor(settings, wishes ?? {}, task.wishes);
      const isolation = request.isolation ?? task.isolation ?? settings.get(defaultIsolation);
      const gate = (own ?? effects).begin({ executionId: id, taskId: task.uuid, network: task.network, mcp: task.mcpServers });
      // After the gate has begun to count: a line that was logged before a request must not seem to come after it.
      const beganMs = clock.monotonic();
      const { outcome, cost, facts, insights } = await engine.run({
        program: settings.get(validateSchemas) ? task.program : withoutChecks(task.program),
        input,
        context: { executionId: id, taskId: task.uuid, taskVersion: task.version, ...(jobId === undefined ? {} : { jobId }) },
        limits,
        isolation,
        effects: gate,
        checkOnly: request.checkOnly,
        withSites: request.withSites,
        instruments: request.instruments,
        signal: request.signal,
        onProgress(update) {
          if (progress.length < mostProgressKept) progress.push({ atMs: clock.monotonic() - beganMs, update });
          request.onProgress?.(update);
        },
        onLog(line) {
          logs.push({ ...line, arrivedMs: clock.monotonic() - beganMs });
          request.onLog?.(line);
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
        progress,
        turns: facts.turns,
        insights,
        conditions: {
          input,
          jobId: jobId ?? null,
          limits,
          isolation,
          seed: gate.seed,
          clock: facts.clock,
          isCut: facts.clockCut || facts.turnsCut,
        },
      };
    },
  };
}

/** Workers keep programs by their id, so one without its checks is another program. */
function withoutChecks(program: Program): Program {
  return { ...program, id: `${program.id} unchecked`, inputCheck: null, outputCheck: null };
}
