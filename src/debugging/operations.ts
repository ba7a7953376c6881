import { inspectorMissing } from '#engine/index.ts';
import { Cost, Effect, Failure, failureOf } from '#executions/index.ts';
import { operation, type Json } from '#kernel/index.ts';
import { taskInvalid, taskNotFound, type Catalogue } from '#tasks/index.ts';
import { taskNeedsApproval, taskSourceGone, taskVersionDisabled, taskVersionNotFound } from '#tasks/catalogue/index.ts';
import { foundVersion, PinnedTaskRef, VersionText } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { debugBusy } from './stops/errors.ts';
import type { DebugRuns } from './stops/debug-runs.ts';
import { variableLimits } from './stops/read-variables.ts';

/** What `tasks.debug` leans on. */
export interface DebugServices {
  readonly catalogue: Pick<Catalogue, 'find' | 'load'>;
  readonly debugRuns: DebugRuns;
}

const line = z.number().int().min(1).max(10_000_000);
const count = z.number().int();

const Breakpoint = z.union([
  line,
  z.strictObject({
    line: line.describe('From 1; where the line has no code, the next one that has'),
    file: z.string().min(1).max(255).optional().describe('Inside the task; the file with the code unless given'),
    condition: z.string().min(1).max(1_000).optional().describe('An expression of the task; it stops only where that is true'),
  }),
]);

const Place = z.object({ file: z.string(), line: count, column: count });
const LogLine = z.object({ level: z.string(), message: z.string() });

export const debugTaskOperation = operation({
  name: 'tasks.debug',
  summary: 'Run a task once and look into it at breakpoints',
  details: `Runs the task in the sandbox as any run is, with its requests performed, stops at each breakpoint, notes the call stack and the variables there, and goes on by itself. Values that JSON cannot say are said in angle brackets, such as <undefined> or <Map(2)>; no getter is called. At most ${variableLimits.depth} levels, ${variableLimits.fields} fields of each object and ${variableLimits.chars / 1024} KB of each stop are brought back, without secrets. A task that fails is an answer, not an error. Nothing is stored. Needs a Node with an inspector (24).`,
  input: z.object({
    id: PinnedTaskRef,
    version: VersionText.optional(),
    input: z.unknown().default({}).describe('Input as JSON'),
    breakpoints: z.array(Breakpoint).max(100).default([]).describe('Lines, or objects with line, file and condition'),
    stepMode: z.boolean().default(false).describe('After the first stop, or from the first line without breakpoints, stop at each line'),
    maxStops: z.number().int().min(1).max(200).default(20).describe('Most stops; the task runs on to its end after them'),
    captureVariables: z.boolean().default(true).describe('Note the variables at each stop'),
    timeoutMs: z.number().int().min(100).max(600_000).default(60_000).describe('Longest time of the run; no other limit of time applies'),
  }),
  output: z
    .object({
      taskId: z.string(),
      taskName: z.string(),
      version: z.string(),
      executionId: z.string().describe('The id the task saw. The run is not stored.'),
      status: z.enum(['COMPLETED', 'FAILED', 'TIMED_OUT']),
      output: z.unknown().describe('What the task returned; null when it did not.'),
      error: Failure.nullable(),
      stops: z
        .array(
          z.object({
            number: count,
            reason: z.enum(['BREAKPOINT', 'STEP', 'DEBUGGER_STATEMENT', 'OTHER']),
            place: Place,
            sourceLine: z.string().nullable(),
            frames: z
              .array(Place.extend({ function: z.string().describe('Empty for one without a name.') }))
              .describe('The innermost first.'),
            scopes: z
              .array(
                z.object({
                  kind: z
                    .string()
                    .describe('local, block, closure, catch, script, module; return holds the value that is about to be returned.'),
                  name: z.string().nullable(),
                  variables: z.record(z.string(), z.unknown()),
                }),
              )
              .describe('The innermost first, without globals.'),
            isCut: z.boolean().describe('Something was too deep, too long or too much to be brought back.'),
          }),
        )
        .describe('Where it stopped, in order.'),
      breakpoints: z.array(
        z.object({
          file: z.string().nullable(),
          line: count,
          condition: z.string().nullable(),
          actualLine: count.nullable().describe('The line it stands on; null where there is no code to stop at.'),
          hits: count.describe('How often it was stopped at, up to maxStops.'),
        }),
      ),
      logs: z.array(LogLine).describe('The last 200 lines.'),
      requests: z.array(Effect),
      cost: Cost,
    })
    .meta({ id: 'TaskDebugging' }),
  errors: [
    taskNotFound,
    taskVersionNotFound,
    taskVersionDisabled,
    taskNeedsApproval,
    taskSourceGone,
    taskInvalid,
    inspectorMissing,
    debugBusy,
  ],
  effect: 'write',
  permission: 'task:debug',
  on: {
    rest: { route: 'POST /tasks/:id/debug', aliases: { inputData: 'input' } },
    graphql: 'debugTask',
    mcp: 'ratchet_debug_task_execution',
    cli: {
      command: 'task debug',
      positional: ['id'],
      flags: { input: '--input-json' },
      examples: [
        {
          line: `ratchet task debug addition --input-json '{"num1": 5, "num2": 10}' --break 2`,
          about: 'What the variables are on line 2',
        },
        { line: `ratchet task debug addition --input-json '{"num1": 5, "num2": 10}' --step-mode`, about: 'Line by line from the first' },
      ],
    },
  },
  async run({ catalogue, debugRuns }: DebugServices, { id, version, input, breakpoints, maxStops, ...wishes }, { signal, notify }) {
    const { task: known, version: wanted } = await foundVersion(catalogue, id, version);
    const task = await catalogue.load(known.id, wanted);
    const { execution, isOutOfTime, ...seen } = await debugRuns.run({
      task,
      input: JSON.stringify(input),
      breakpoints: breakpoints.map((one) =>
        typeof one === 'number'
          ? { file: null, line: one, condition: null }
          : { file: one.file ?? null, line: one.line, condition: one.condition ?? null },
      ),
      stepMode: wishes.stepMode,
      mostStops: maxStops,
      captureVariables: wishes.captureVariables,
      timeoutMs: wishes.timeoutMs,
      signal,
      onStop: (stopped) => notify({ type: 'progress', update: { progress: stopped / (maxStops + 1), step: 'stop', stepNumber: stopped } }),
    });
    const status: 'COMPLETED' | 'FAILED' | 'TIMED_OUT' = isOutOfTime ? 'TIMED_OUT' : execution.error === null ? 'COMPLETED' : 'FAILED';
    return {
      taskId: String(known.id),
      taskName: known.name,
      version: task.version,
      executionId: execution.id,
      status,
      output: execution.output === null ? null : (JSON.parse(execution.output) as Json),
      error: execution.error && failureOf(execution.error),
      stops: seen.stops.map((stop) => ({
        ...stop,
        reason: stop.reason.toUpperCase().replace('-', '_') as 'BREAKPOINT' | 'STEP' | 'DEBUGGER_STATEMENT' | 'OTHER',
        frames: [...stop.frames],
        scopes: stop.scopes.map((scope) => ({ ...scope, variables: { ...scope.variables } })),
      })),
      breakpoints: seen.breakpoints.map((one) => ({ ...one })),
      logs: execution.logs.slice(-200).map(({ level, message }) => ({ level, message: message.slice(0, 2_000) })),
      requests: execution.effects.map((effect) => ({ ...effect })),
      cost: execution.cost,
    };
  },
});

export const debuggingOperations = [debugTaskOperation] as const;
