import { ExecutionId, executionNotFound } from '#executions/stored/operations.ts';
import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import type { AnalysisServices } from '../analysis-services.ts';
import { ExecutionAnalysis } from '../report/execution-analysis.ts';
import { mostTokens, fewestTokens } from '../report/token-budget.ts';

export const analyzeExecution = operation({
  name: 'executions.analyze',
  summary: 'Say why an execution failed, and what to do',
  details:
    'One report of everything that is known about a failure: the error and the lines of code around it, what the input looked like, what was asked of the outside before, the error patterns it fits, failures like it, its last log lines, and what differs from the latest time the task worked. As JSON within a budget of tokens, for models, or as Markdown, for people. Secrets and personal data are masked. An execution that has not failed is answered as not_applicable.',
  input: z.object({
    id: ExecutionId,
    format: z.enum(['json', 'markdown']).default('json').describe('JSON for programs and models, Markdown for people'),
    maxTokens: z
      .number()
      .int()
      .min(fewestTokens)
      .max(mostTokens)
      .optional()
      .describe('Budget of the answer: characters divided by four; logging.llm_export.max_context_tokens unless given'),
    includeSuggestions: z.boolean().default(true).describe('Say what the patterns suggest'),
    includeContext: z.boolean().default(true).describe('Say what stands around the error: code, requests, log, changes, failures like it'),
    includePrompts: z.boolean().default(true).describe('Suggest questions to ask a model'),
  }),
  output: ExecutionAnalysis,
  errors: [executionNotFound],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id/analysis',
    graphql: 'executionAnalysis',
    mcp: 'ratchet_analyze_execution_error',
    cli: {
      command: 'analyze',
      positional: ['id'],
      examples: [
        { line: 'ratchet analyze 42', about: 'Why execution 42 failed, for people' },
        { line: 'ratchet analyze 42 --format json --max-tokens 2000', about: 'The same for a model, in 2,000 tokens' },
      ],
    },
  },
  run: async ({ analysis }: AnalysisServices, { maxTokens = null, ...input }, context) =>
    analysis.analyze({ ...input, maxTokens }, context),
});
