import { executionTrace as traceOperation, showExecution } from '#executions/stored/operations.ts';
import { isoTime } from '#kernel/index.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { ExecutionRef, Moment } from '../names.ts';
import { foldedStacks } from './flamegraph.ts';

const Span = z.object({
  span_id: z.string(),
  operation_name: z.string(),
  start_time: z.string(),
  end_time: z.string(),
  event_count: z.number().int(),
  tags: z.record(z.string(), z.unknown()),
});

export const executionTrace = defineTool({
  name: 'ratchet_get_execution_trace',
  title: 'Execution trace',
  description:
    'Timeline of one execution: spans of queue, run and HTTP calls, log lines, progress. flamegraph gives folded stacks in microseconds. Bodies: ratchet_get_recording.',
  kind: 'traces',
  hints: reads,
  input: z.object({
    execution_id: ExecutionRef,
    include_http_calls: z.boolean().default(true),
    format: z.enum(['json', 'flamegraph']).default('json'),
  }),
  output: z.object({
    execution_id: z.string(),
    status: z.string(),
    task_id: z.number().int(),
    trace: z.object({
      spans: z.array(Span),
      events: z.array(z.object({ timestamp: z.string(), kind: z.string(), message: z.string(), data: z.unknown() })),
      timing: z.object({
        total_duration_ms: z.number().nullable(),
        queue_duration_ms: z.number().nullable(),
        execution_start: Moment,
        execution_end: Moment,
        was_queued: z.boolean(),
        is_complete: z.boolean(),
      }),
      http_calls: z.object({
        total_calls: z.number().int(),
        failed_calls: z.number().int(),
        total_ms: z.number(),
        calls: z.array(z.unknown()),
      }),
      total_events: z.number().int(),
      trace_complete: z.boolean(),
    }),
    folded: z.string().nullable(),
    metadata: z.object({ input_size_bytes: z.number(), output_size_bytes: z.number(), has_error: z.boolean(), source: z.string() }),
    trace_timestamp: z.string(),
  }),
  async run({ execution_id, include_http_calls, format }, { ask, signal, limits, now }) {
    const [shown, trace] = await Promise.all([
      ask.call(showExecution, { id: execution_id }, { signal }),
      ask.call(traceOperation, { id: execution_id }, { signal }),
    ]);
    const most = limits.maxTraceEntries;
    const at = (ms: number) => isoTime(trace.startedAt + Math.round(ms));
    const isComplete = shown.completedAt !== null;
    const queueMs = shown.startedAt === null ? null : Math.max(0, Date.parse(shown.startedAt) - Date.parse(shown.queuedAt));
    const events = [
      ...trace.logs.map(({ level, message, at: when, arrivedMs }) => ({
        timestamp: isoTime(arrivedMs === undefined ? Math.round(when) : trace.startedAt + Math.round(arrivedMs)),
        kind: 'log',
        message,
        data: { level } as unknown,
      })),
      ...trace.progress.map(({ atMs, update }) => ({ timestamp: at(atMs), kind: 'progress', message: '', data: update ?? null })),
    ].toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
    const calls = trace.effects.map((effect) => ({
      number: effect.number,
      method: effect.method,
      url: effect.url,
      status: effect.status,
      failure: effect.failure,
      started_at: at(effect.startedMs),
      duration_ms: effect.durationMs,
      attempts: effect.attempts,
      request_bytes: effect.requestBytes,
      response_bytes: effect.responseBytes,
      site: effect.site === null ? null : `${effect.site.file}:${effect.site.line}`,
    }));
    const span = (span_id: string, operation_name: string, start_time: string, end_time: string, tags = {}, event_count = 0) => ({
      span_id,
      operation_name,
      start_time,
      end_time,
      event_count,
      tags,
    });
    const end = shown.completedAt ?? isoTime(now);
    const spans = [
      ...(shown.startedAt === null ? [] : [span('queue', 'queue', shown.queuedAt, shown.startedAt)]),
      ...(shown.startedAt === null
        ? []
        : [span('run', `${shown.taskName}@${shown.taskVersion}`, shown.startedAt, end, { ...shown.cost }, events.length)]),
      ...(include_http_calls
        ? trace.effects.map((effect) =>
            span(
              `http-${effect.number}`,
              `${effect.method} ${effect.url}`,
              at(effect.startedMs),
              at(effect.startedMs + effect.durationMs),
              {
                status: effect.status,
              },
            ),
          )
        : []),
    ];
    const folded = format === 'flamegraph' ? foldedStacks(trace) : null;
    const shownEvents = folded === null ? events.slice(0, most) : [];
    return {
      answer: {
        execution_id: shown.uuid,
        status: shown.status.toLowerCase(),
        task_id: Number(shown.taskId),
        trace: {
          spans: folded === null ? spans.slice(0, most) : [],
          events: shownEvents,
          timing: {
            total_duration_ms: shown.durationMs,
            queue_duration_ms: queueMs,
            execution_start: shown.startedAt,
            execution_end: shown.completedAt,
            was_queued: (queueMs ?? 0) > 0,
            is_complete: isComplete,
          },
          http_calls: {
            total_calls: calls.length,
            failed_calls: calls.filter(({ failure, status }) => failure !== null || (status ?? 0) >= 400).length,
            total_ms: calls.reduce((sum, { duration_ms }) => sum + duration_ms, 0),
            calls: include_http_calls && folded === null ? calls.slice(0, most) : [],
          },
          total_events: events.length,
          trace_complete: isComplete && trace.logsDropped === 0 && Math.max(events.length, calls.length) <= most,
        },
        folded,
        metadata: {
          input_size_bytes: bytesOf(shown.input),
          output_size_bytes: bytesOf(shown.output),
          has_error: trace.error !== null,
          source: trace.source,
        },
        trace_timestamp: isoTime(now),
      },
      ...(folded === null ? {} : { text: () => folded }),
      rest: `All of it: resource ratchet://executions/${shown.uuid}/trace; log lines page by page: ratchet_get_execution_logs.`,
    };
  },
});

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
