import { executionNotFound } from '#executions/stored/operations.ts';
import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import type { AnalysisServices } from '../analysis-services.ts';
import { errorToTestMissing, patternExists, patternInvalid, patternNotFound, patternReadOnly, tooManyPatterns } from '../errors.ts';
import { ErrorPattern, MatchedPattern, PatternId, ShownPattern, type ErrorPattern as Pattern } from '../pattern/error-pattern.ts';
import { categories, origins } from '../words.ts';

/** Older spellings of the fields of a pattern. */
const aliases = { matchingRules: 'rules', llmPrompts: 'prompts', relatedDocumentation: 'documentationLinks' };

export const listPatterns = operation({
  name: 'patterns.list',
  summary: 'List error patterns',
  details: 'The patterns that failures are compared with: those that are built in, those of the configuration, and those that were stored.',
  input: z.object({
    origin: z.enum(origins).optional().describe('Only those from there'),
    category: z.enum(categories).optional().describe('Only those of this category'),
  }),
  output: z.array(ShownPattern),
  errors: [],
  effect: 'read',
  permission: 'pattern:read',
  on: {
    rest: 'GET /logs/patterns',
    graphql: 'errorPatterns',
    cli: {
      command: 'pattern list',
      examples: [{ line: 'ratchet pattern list --category network', about: 'Patterns of failures of the network' }],
    },
  },
  run: async ({ analysis }: AnalysisServices, filter) => [...(await analysis.patterns(filter))],
});

export const showPattern = operation({
  name: 'patterns.show',
  summary: 'Show an error pattern',
  details: 'Its rules, and what it suggests to do.',
  input: z.object({ id: PatternId }),
  output: ShownPattern,
  errors: [patternNotFound],
  effect: 'read',
  permission: 'pattern:read',
  on: {
    rest: 'GET /logs/patterns/:id',
    graphql: 'errorPattern',
    cli: {
      command: 'pattern show',
      positional: ['id'],
      examples: [{ line: 'ratchet pattern show rate_limited', about: 'How the pattern rate_limited is known, and what it suggests' }],
    },
  },
  run: async ({ analysis }: AnalysisServices, { id }) => analysis.pattern(id),
});

export const createPattern = operation({
  name: 'patterns.create',
  summary: 'Store an error pattern',
  details:
    'Failures are compared with it from now on, those of the past as well. Its regular expressions are checked first: one that could take very long is refused. With the id of a built-in pattern it takes its place.',
  input: ErrorPattern,
  output: ShownPattern,
  errors: [patternExists, patternInvalid, tooManyPatterns],
  effect: 'write',
  permission: 'pattern:write',
  on: {
    rest: { route: 'POST /logs/patterns', status: 201, aliases },
    graphql: 'createErrorPattern',
    cli: {
      command: 'pattern create',
      positional: ['id'],
      examples: [
        {
          line: `ratchet pattern create stock_empty --name 'Nothing in stock' --rules-json '[{"type":"message_pattern","pattern":"(?i)out of stock"}]' --suggestions 'Order more'`,
          about: 'Knows failures whose message speaks of an empty stock',
        },
      ],
    },
  },
  run: async ({ analysis }: AnalysisServices, pattern, context) => analysis.createPattern(pattern as Pattern, context),
});

export const replacePattern = operation({
  name: 'patterns.replace',
  summary: 'Replace an error pattern',
  details: 'Stores the pattern under its id, whatever was stored there. Patterns of the configuration cannot be replaced here.',
  input: ErrorPattern,
  output: ShownPattern,
  errors: [patternReadOnly, patternInvalid, tooManyPatterns],
  effect: 'write',
  permission: 'pattern:write',
  on: {
    rest: { route: 'PUT /logs/patterns/:id', aliases },
    graphql: 'replaceErrorPattern',
    cli: {
      command: 'pattern replace',
      positional: ['id'],
      examples: [
        {
          line: `ratchet pattern replace stock_empty --name 'Nothing in stock' --rules-json '[{"type":"error_type","value":"StockError"}]'`,
          about: 'The pattern knows a class of errors now, and suggests nothing',
        },
      ],
    },
  },
  run: async ({ analysis }: AnalysisServices, pattern, context) => analysis.replacePattern(pattern as Pattern, context),
});

export const removePattern = operation({
  name: 'patterns.remove',
  summary: 'Remove an error pattern',
  details: 'Removes a pattern that was stored. A built-in one whose place it took is back.',
  input: z.object({ id: PatternId }),
  output: z.object({ id: z.string(), message: z.string() }),
  errors: [patternNotFound, patternReadOnly],
  effect: 'destroy',
  permission: 'pattern:write',
  on: {
    rest: { route: 'DELETE /logs/patterns/:id', answers: 'done' },
    graphql: 'removeErrorPattern',
    cli: {
      command: 'pattern remove',
      positional: ['id'],
      examples: [{ line: 'ratchet pattern remove stock_empty', about: 'Removes the pattern stock_empty' }],
    },
  },
  async run({ analysis }: AnalysisServices, { id }) {
    await analysis.removePattern(id);
    return { id, message: `Pattern ${id} is removed.` };
  },
});

export const testPatterns = operation({
  name: 'patterns.test',
  summary: 'Try error patterns on an error',
  details:
    'Says which patterns an error fits: one that nobody has to have had, or that of an execution. With a pattern, only that one is tried; it is stored nowhere.',
  input: z.object({
    pattern: ErrorPattern.optional().describe('A pattern to try, which need not be stored'),
    patternId: PatternId.optional().describe('Or the id of one that is there'),
    error: z
      .object({
        errorType: z.string().max(200).optional().describe('Class of the error: TypeError'),
        errorCode: z.string().max(200).optional().describe('Code of the error: TASK_FAILED'),
        message: z.string().max(100_000).optional(),
        fields: z.record(z.string(), z.unknown()).optional().describe('What the error carries besides: {"status": 429}'),
      })
      .optional()
      .describe('The error to try it on'),
    executionId: z.string().min(1).max(100).optional().describe('Or an execution that failed'),
  }),
  output: z.object({
    isMatch: z.boolean().describe('Whether any fits.'),
    matches: z.array(MatchedPattern).describe('Most confident first.'),
  }),
  errors: [patternInvalid, patternNotFound, executionNotFound, errorToTestMissing],
  effect: 'read',
  permission: 'pattern:read',
  on: {
    rest: 'POST /logs/patterns/test',
    graphql: 'testErrorPatterns',
    cli: {
      command: 'pattern test',
      examples: [
        {
          line: `ratchet pattern test --error-json '{"errorType":"RateLimitError","message":"HTTP 429"}'`,
          about: 'Which patterns a RateLimitError fits',
        },
        { line: 'ratchet pattern test --execution-id 42', about: 'Which patterns the failure of execution 42 fits' },
      ],
    },
  },
  async run({ analysis }: AnalysisServices, { pattern, patternId, error, executionId }) {
    if (error === undefined && executionId === undefined) throw errorToTestMissing({});
    const wanted = (pattern as Pattern | undefined) ?? patternId ?? null;
    const matches = await analysis.testPatterns(wanted, executionId === undefined ? error! : { executionId });
    return { isMatch: matches.length > 0, matches: [...matches] };
  },
});

export const patternOperations = [listPatterns, testPatterns, showPattern, createPattern, replacePattern, removePattern] as const;
