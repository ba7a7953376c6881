import { debugTaskOperation } from '#debugging/operations.ts';
import { z } from 'zod';
import { defineTool, runs } from '../define-tool.ts';
import { PinnedTaskId } from '../names.ts';
import { snakeKeys } from '../snake-keys.ts';

export const debugTask = defineTool({
  name: 'ratchet_debug_task_execution',
  title: 'Debug task',
  description: 'Run a task once and bring back call stack and variables at breakpoints; requests are really sent, nothing is stored.',
  kind: 'debug',
  hints: runs,
  input: z.object({
    task_id: PinnedTaskId,
    input: z.unknown(),
    breakpoints: z
      .array(
        z.union([
          z.number().int().min(1),
          z.object({ line: z.number().int().min(1), file: z.string().optional(), condition: z.string().optional() }),
        ]),
      )
      .max(100)
      .default([])
      .describe('lines, or {line, file, condition}'),
    step_mode: z.boolean().default(false).describe('every line'),
    capture_variables: z.boolean().default(true),
    timeout_ms: z.number().int().min(100).max(600_000).default(300_000),
  }),
  output: z.object({
    session_id: z.string().describe('The execution id the task saw'),
    task_id: z.string(),
    task_name: z.string(),
    status: z.string(),
    debug_features: z.object({ breakpoints: z.array(z.unknown()), step_mode: z.boolean(), variable_capture: z.boolean() }),
    execution_result: z.object({
      result: z.unknown(),
      error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
      debug_trace: z.array(
        z.object({
          step: z.number().int(),
          reason: z.string(),
          place: z.string().describe('file:line:column'),
          source_line: z.string().nullable(),
          frames: z.array(z.string()).describe('The innermost first'),
          variables: z.record(z.string(), z.unknown()).describe('By scope: local, block, closure'),
          is_cut: z.boolean(),
        }),
      ),
      logs: z.array(z.unknown()),
      requests: z.array(z.unknown()),
      execution_summary: z.object({
        total_steps: z.number().int(),
        execution_time_ms: z.number(),
        breakpoints_configured: z.number().int(),
        step_mode_enabled: z.boolean(),
        successful: z.boolean(),
      }),
    }),
  }),
  async run({ task_id, input, breakpoints, step_mode, capture_variables, timeout_ms }, { ask, signal, limits }) {
    const seen = await ask.call(
      debugTaskOperation,
      {
        id: task_id,
        input,
        breakpoints,
        stepMode: step_mode,
        captureVariables: capture_variables,
        timeoutMs: Math.min(timeout_ms, limits.maxExecutionMs),
      },
      { signal, timeoutMs: timeout_ms + 30_000 },
    );
    const { error } = seen;
    return {
      answer: {
        session_id: seen.executionId,
        task_id: seen.taskId,
        task_name: seen.taskName,
        status: seen.status.toLowerCase(),
        debug_features: {
          breakpoints: seen.breakpoints.map((one) => snakeKeys(one)),
          step_mode,
          variable_capture: capture_variables,
        },
        execution_result: {
          result: seen.output ?? null,
          error: error && { code: error.code, message: error.message, hint: error.hint },
          debug_trace: seen.stops.map((stop) => ({
            step: stop.number,
            reason: stop.reason.toLowerCase(),
            place: `${stop.place.file}:${stop.place.line}:${stop.place.column}`,
            source_line: stop.sourceLine,
            frames: stop.frames.map((frame) => `${frame.function || '(anonymous)'} ${frame.file}:${frame.line}`),
            variables: byScope(stop.scopes),
            is_cut: stop.isCut,
          })),
          logs: seen.logs,
          requests: seen.requests.map((request) => snakeKeys(request)),
          execution_summary: {
            total_steps: seen.stops.length,
            execution_time_ms: seen.cost.wallMs,
            breakpoints_configured: breakpoints.length,
            step_mode_enabled: step_mode,
            successful: seen.status === 'COMPLETED',
          },
        },
      },
      rest: 'Set fewer breakpoints, or conditions on them.',
    };
  },
});

/** Scopes of one kind are told apart by their place, the innermost first: `local`, `closure`, `closure 2`. */
function byScope(scopes: readonly { readonly kind: string; readonly variables: Record<string, unknown> }[]): Record<string, unknown> {
  const counts = new Map<string, number>();
  return Object.fromEntries(
    scopes.map(({ kind, variables }) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return [count === 1 ? kind : `${kind} ${count}`, variables];
    }),
  );
}
