import { analyzeExecution } from '#analysis/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { ExecutionRef } from '../names.ts';
import { snakeKeys } from '../snake-keys.ts';

/** What a report may take of the reader's room. */
const reportTokens = 5_000;

export const analyzeError = defineTool({
  name: 'ratchet_analyze_execution_error',
  title: 'Analyze failure',
  description:
    'Why a failed execution failed: cause, failing code lines, calls before it, similar failures, what changed since it last worked, next steps. Call this first after any failure.',
  kind: 'debug',
  hints: reads,
  input: z.object({
    execution_id: ExecutionRef,
    include_suggestions: z.boolean().default(true),
    include_context: z.boolean().default(true),
  }),
  output: z.object({
    execution_id: z.string(),
    analysis: z.object({
      error_type: z.string(),
      category: z.string(),
      root_cause: z.string(),
      impact: z.string(),
      severity: z.string(),
      error_message: z.string().nullable(),
    }),
    context: z.record(z.string(), z.unknown()).nullable(),
    suggestions: z.array(z.string()),
    next_steps: z.array(z.string()),
    log_context: z.array(z.unknown()).describe('Its last log lines'),
    analysis_timestamp: z.string(),
  }),
  async run({ execution_id, include_suggestions, include_context }, { ask, signal }) {
    const found = await ask.call(
      analyzeExecution,
      {
        id: execution_id,
        maxTokens: reportTokens,
        includeSuggestions: include_suggestions,
        includeContext: include_context,
        includePrompts: false,
      },
      { signal },
    );
    const { relatedLogs, suggestedPrompts: _prompts, ...context } = found.report ?? { relatedLogs: [], suggestedPrompts: [] };
    return {
      answer: {
        execution_id: found.executionUuid,
        analysis: {
          error_type: found.analysis.errorType,
          category: found.analysis.category,
          root_cause: found.analysis.rootCause,
          impact: found.analysis.impact,
          severity: found.analysis.severity,
          error_message: found.analysis.errorMessage,
        },
        // The input is the task's: its fields keep their names.
        context: include_context && found.report !== null ? (snakeKeys(context, ['inputDataSummary']) as Record<string, unknown>) : null,
        suggestions: include_suggestions ? found.suggestions : [],
        next_steps: found.nextSteps,
        log_context: relatedLogs,
        analysis_timestamp: found.analyzedAt,
      },
    };
  },
});
