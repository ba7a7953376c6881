import type { Failure } from '#executions/index.ts';
import { createExecutionStore, createExecutionWrites } from '#executions/stored/index.ts';
import { call, localCaller, settingsFrom, type Operation, type Problem } from '#kernel/index.ts';
import { storedRecordings } from '#recordings/index.ts';
import type { Database } from '#storage/index.ts';
import type { z } from 'zod';
import { finishedForTest, jobForTest, newExecutionForTest } from '../executions/stored/stored-for-test.ts';
import type { AnalysisServices } from './analysis-services.ts';
import { createAnalysis } from './create-analysis.ts';

export const hour = 3_600_000;
/** When tests happen. */
export const now = 1_767_225_600_000;

interface Ran {
  readonly taskId?: number;
  readonly at?: number;
  readonly failure?: Failure | null;
  readonly input?: string;
  readonly version?: string;
  readonly checksum?: string;
  readonly effects?: readonly object[];
  readonly logs?: readonly string[];
  readonly level?: string;
  readonly recording?: Uint8Array;
  readonly status?: 'completed' | 'failed' | 'cancelled';
}

/** A failure as it is stored, at a line of main.js. */
export const failureAt = (
  line: number,
  errorClass = 'TypeError',
  message = "Cannot read properties of undefined (reading 'a')",
): Failure => ({
  code: 'TASK_FAILED',
  message: `The task threw ${errorClass}: ${message}`,
  hint: '',
  retryable: false,
  data: { errorClass, message, fields: {}, frames: [{ file: 'main.js', line, column: 1, function: 'main' }] },
});

/** Analysis over a database that is open, and ways to say what was run. */
export function worldOf(database: Database, values: Readonly<Record<string, unknown>> = {}) {
  const writes = createExecutionWrites(() => 0);
  const problems: Problem[] = [];
  const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    old: { 'main.js': 'const a = 1;\n' },
    ab: { 'main.js': 'const a = 1;\nfunction main(input) {\n  return input.none.a;\n}\n' },
  };
  const analysis = createAnalysis({
    database,
    executionStore: createExecutionStore(database),
    executionRecordings: storedRecordings,
    catalogue: { files: async (_taskId, _version, checksum) => files[checksum ?? ''] ?? null },
    jobOf: async () => ({ status: 'failed', retryCount: 0, maxRetries: 3 }),
    settings: settingsFrom(values),
    systemState: () => ({
      hostname: 'box',
      processId: 1,
      memoryUsageMb: 2,
      cpuUsagePercent: null,
      diskUsagePercent: null,
      activeConnections: null,
    }),
    onPatternProblems: (found) => problems.push(...found),
  });
  return {
    problems,
    analysis,
    ran: async ({
      taskId = 1,
      at = now,
      failure = null,
      input,
      version = '1.0.0',
      checksum = 'ab',
      effects,
      logs = [],
      level = 'info',
      recording,
      status,
    }: Ran = {}): Promise<number> => {
      const job = await jobForTest(database, { taskId, ...(input === undefined ? {} : { input }) });
      return database.write(async (queries) => {
        const [id] = await writes.begin(queries, [
          newExecutionForTest(job, { taskId, taskVersion: version, taskChecksum: checksum, queuedAt: at - 20, startedAt: at - 10 }),
        ]);
        await writes.finish(queries, [
          finishedForTest(id!, {
            status: status ?? (failure === null ? 'completed' : 'failed'),
            completedAt: at,
            error: failure,
            output: failure === null ? '1' : null,
            effects: effects === undefined ? null : JSON.stringify(effects),
            logs: logs.map((message, index) => ({ number: index + 1, level, message, at: at - 5 + index })),
            recording: recording ?? null,
          }),
        ]);
        return id!;
      });
    },
    ask: <Input extends z.ZodType, Output extends z.ZodType>(
      operation: Operation<AnalysisServices, Input, Output>,
      input: z.input<Input>,
    ) => call(operation, { analysis }, input, { caller: localCaller, now: () => now }),
  };
}
