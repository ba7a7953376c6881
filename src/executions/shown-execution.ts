import { z } from 'zod';
import type { Json, RatchetError } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { Execution } from './execution.ts';

/** An error as answers carry it. */
export const Failure = z
  .object({
    code: z.string().describe('A stable word for programs, such as TASK_FAILED.'),
    message: z.string(),
    hint: z.string(),
    retryable: z.boolean().describe('True when the same run may succeed later.'),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Failure' });
export type Failure = z.infer<typeof Failure>;

/** What an execution used. Times in milliseconds, sizes in bytes. */
export const Cost = z.object({
  wallMs: z.number(),
  waitedMs: z.number(),
  cpuMs: z.number(),
  heapBytes: z.number(),
  requests: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
});

/** A line of the author's code; null where nobody knows it. */
export const Site = z.object({ function: z.string(), file: z.string(), line: z.number(), column: z.number() }).nullable();

/** A request or a call of an MCP server, without headers and bodies. */
export const Effect = z
  .object({
    number: z.number().int(),
    kind: z.enum(['http', 'mcp']),
    method: z.string().describe('Of an MCP server: servers/list, tools/list, tools/call or complete.'),
    url: z.string().describe('Of an MCP server: mcp://<server>/<tool>.'),
    startedMs: z.number().describe('Since the execution began.'),
    durationMs: z.number(),
    status: z.number().int().nullable().describe('Of a call of an MCP server: 200, or 422 where the tool said that it failed.'),
    failure: z.object({ name: z.string(), message: z.string(), reason: z.string() }).nullable(),
    requestBytes: z.number(),
    responseBytes: z.number(),
    attempts: z.number(),
    site: Site.describe("The line of the task's code that asked."),
  })
  .meta({ id: 'Effect' });

export const TaskIdentity = z.object({ uuid: z.string(), version: z.string(), label: z.string() });

/** An execution that has ended, as answers carry it: all that a person asks about, and no bodies. */
export const ShownExecution = z.object({
  state: z.enum(['completed', 'failed']),
  id: z.string(),
  task: TaskIdentity,
  output: z.unknown().describe('What the task returned; null when it failed.'),
  error: Failure.nullable(),
  startedAt: z.number().describe('Milliseconds since 1970 UTC.'),
  cost: Cost,
  effects: z.array(Effect),
  logs: z.array(
    z.object({
      level: z.string(),
      message: z.string(),
      at: z.number().describe("Milliseconds since 1970 UTC, by the task's own clock."),
      arrivedMs: z.number().describe('Since the execution began.'),
    }),
  ),
  logsDropped: z.number(),
  turns: z.array(z.string()).describe('What woke the task, in order: r1 the answer to a request, t2 a timer; one count for both.'),
});
export type ShownExecution = z.infer<typeof ShownExecution>;

export function identityOf({ uuid, version, label }: Task): z.infer<typeof TaskIdentity> {
  return { uuid, version, label };
}

export function shownExecution(execution: Execution, task: z.infer<typeof TaskIdentity>): ShownExecution {
  const { output, error, id, state, startedAt, cost, effects, logs, logsDropped, turns } = execution;
  return {
    id,
    task,
    state,
    output: output === null ? null : (JSON.parse(output) as Json),
    error: error && failureOf(error),
    startedAt,
    cost,
    effects: [...effects],
    logs: [...logs],
    logsDropped,
    turns: [...turns],
  };
}

export function failureOf(error: RatchetError): Failure {
  return error.toJSON();
}
