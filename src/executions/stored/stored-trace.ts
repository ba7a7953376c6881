import type { Json } from '#kernel/index.ts';
import { z } from 'zod';
import type { ExecutionResult, ExecutionRow, StoredLogLine } from '../execution-store.ts';
import { Effect, Failure } from '../shown-execution.ts';
import type { InsideOfRecording, RecordedMessage } from './recorded.ts';
import { effectsOf, ShownStoredExecution } from './shown.ts';

const Message = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.union([z.object({ text: z.string() }), z.object({ base64: z.string() })]).nullable(),
});

/** A stored execution as a timeline, in the form `run-once --trace-format json` writes. */
export const StoredTrace = z.object({
  formatVersion: z.literal(1),
  source: z.enum(['recording', 'summary']).describe('A recording knows headers, bodies, every report of progress, and what woke the task.'),
  task: z.object({ uuid: z.string(), version: z.string(), label: z.string() }),
  id: z.string(),
  state: z.enum(['completed', 'failed']),
  input: z.unknown(),
  output: z.unknown(),
  error: Failure.nullable(),
  startedAt: z.number().describe('Milliseconds since 1970 UTC.'),
  cost: ShownStoredExecution.shape.cost,
  effects: z.array(Effect.extend({ request: Message.optional(), response: Message.optional() })),
  logs: z.array(
    z.object({
      level: z.string(),
      message: z.string(),
      at: z.number().describe('Milliseconds since 1970 UTC.'),
      arrivedMs: z.number().optional().describe('Since the execution began.'),
    }),
  ),
  logsDropped: z.number().int(),
  progress: z.array(z.object({ atMs: z.number(), update: z.unknown() })),
  turns: z.array(z.string()).describe('What woke the task, in order: r1 the answer to a request, t2 a timer; one count for both.'),
});
export type StoredTrace = z.infer<typeof StoredTrace>;

/** @param inside null where no recording is stored */
export function storedTrace(
  row: ExecutionRow,
  result: ExecutionResult,
  logs: readonly StoredLogLine[],
  inside: InsideOfRecording | null,
): StoredTrace {
  const startedAt = row.startedAt ?? row.queuedAt;
  const effects = effectsOf(result);
  const recorded = new Map(inside?.effects.map((effect) => [effect.number, effect]));
  const lastReport = result.progress === null ? [] : [{ atMs: row.durationMs ?? 0, update: JSON.parse(result.progress) as Json }];
  return {
    formatVersion: 1,
    source: inside === null ? 'summary' : 'recording',
    task: { uuid: row.taskUuid, version: row.taskVersion, label: row.taskLabel },
    id: row.uuid,
    state: row.status === 'completed' ? 'completed' : 'failed',
    input: JSON.parse(result.input) as Json,
    output: result.output === null ? null : (JSON.parse(result.output) as Json),
    error: result.error,
    startedAt,
    cost: result.cost,
    effects: effects.map((effect) => {
      const { request = null, response = null } = recorded.get(effect.number) ?? {};
      return { ...effect, ...(request && { request: messageOf(request) }), ...(response && { response: messageOf(response) }) };
    }),
    logs: inside
      ? inside.logs.map(({ arrivedMs, ...line }) => (arrivedMs === undefined ? line : { ...line, arrivedMs }))
      : logs.map(({ level, message, at }) => ({ level, message, at, arrivedMs: Math.max(0, at - startedAt) })),
    logsDropped: result.logsDropped,
    progress: inside ? [...inside.progress] : lastReport,
    turns: inside ? [...inside.turns] : [],
  };
}

function messageOf({ headers, body }: RecordedMessage): z.infer<typeof Message> {
  return { headers: headers.map(([name, value]) => [name, value]), body };
}
