import { executionLogs as logsOperation, showExecution } from '#executions/stored/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { ExecutionRef } from '../names.ts';

const perCall = 1_000;

export const executionLogs = defineTool({
  name: 'ratchet_get_execution_logs',
  title: 'Execution logs',
  description: 'What one execution logged, first line first. next is the after of the following page.',
  kind: 'logs',
  hints: reads,
  input: z.object({
    execution_id: ExecutionRef,
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    search: z.string().max(1_000).optional(),
    after: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(perCall).default(100),
    format: z.enum(['json', 'text']).default('json'),
  }),
  output: z.object({
    execution_id: z.string(),
    logs: z.array(
      z.object({
        line_number: z.number().int(),
        timestamp: z.string(),
        level: z.string(),
        message: z.string(),
        logger: z.literal('task'),
        fields: z.object({}),
        trace_id: z.string(),
      }),
    ),
    next: z.number().int().nullable(),
    total_found: z.number().int().describe('In this answer'),
    limit_applied: z.number().int(),
    min_level: z.string(),
    search_stats: z.object({ has_more: z.boolean(), lines_dropped: z.number().int().describe('Beyond those that are kept') }),
  }),
  async run({ execution_id, level, search, after, limit, format }, { ask, signal, limits }) {
    const most = Math.min(limit, limits.maxLogEntries, perCall);
    const [{ uuid }, page] = await Promise.all([
      ask.call(showExecution, { id: execution_id }, { signal }),
      ask.call(logsOperation, { id: execution_id, level, after, limit: most, ...(search ? { search } : {}) }, { signal }),
    ]);
    const logs = page.lines.map((line) => ({
      line_number: line.number,
      timestamp: line.at,
      level: line.level,
      message: line.message,
      logger: 'task' as const,
      fields: {},
      trace_id: uuid,
    }));
    return {
      answer: {
        execution_id: uuid,
        logs,
        next: page.next,
        total_found: logs.length,
        limit_applied: most,
        min_level: level,
        search_stats: { has_more: page.next !== null, lines_dropped: page.logsDropped },
      },
      ...(format === 'text'
        ? {
            text: (sent) => {
              const lines = sent.logs.map((line) => `${line.timestamp} ${line.level.toUpperCase()} ${line.message}`);
              return [...lines, ...(page.next === null ? [] : [`(more lines: after ${page.next})`])].join('\n') || '(no lines)';
            },
          }
        : {}),
      rest: 'Ask again with a smaller limit, and after set to the last line_number you have.',
    };
  },
});
