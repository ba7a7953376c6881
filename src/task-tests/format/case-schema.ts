import { z } from 'zod';
import type { HttpMock } from '#engine/index.ts';
import { anyError, AssertionField, ExpectedErrorField, ExpectedLogField, ExpectedRequestField } from './expectations.ts';
import { McpMocks } from './mcp-mocks.ts';
import { HttpMocks } from './mocks.ts';
import { Clock, Seed, TimeoutMs } from './moment.ts';
import { isRecord, spelled, within } from './spelling.ts';

const Match = z
  .enum(['exact', 'subset', 'strict', 'partial'], 'must be "exact" or "subset"')
  .transform((match) => (match === 'strict' ? ('exact' as const) : match === 'partial' ? ('subset' as const) : match));

/** `{"http": ..., "mcp": ...}`, or the mocks of requests at once. */
const Mock = z.unknown().transform((value, context): HttpMock[] => {
  if (isRecord(value) && (Object.hasOwn(value, 'http') || Object.hasOwn(value, 'mcp'))) {
    const { http, mcp } =
      within(spelled({ http: z.unknown().optional(), mcp: z.unknown().optional() }, {}, 'mock'), value, [], context) ?? {};
    const ofRequests = http === undefined || http === null ? [] : (within(HttpMocks, http, ['http'], context) ?? []);
    const ofCalls = mcp === undefined || mcp === null ? [] : (within(McpMocks, mcp, ['mcp'], context) ?? []);
    return [...ofRequests, ...ofCalls];
  }
  return value === null ? [] : (within(HttpMocks, value, [], context) ?? []);
});

const yesOrNo = z.boolean('must be true or false');

/** What a case may say, and a file or folder for all of its cases. */
const sharedShape = {
  match: Match.optional(),
  mock: Mock.optional(),
  timeout: TimeoutMs.optional(),
  clock: Clock.optional(),
  seed: Seed.optional(),
  skip: z.union([yesOrNo, z.string()], 'must be true, false or the reason').optional(),
  skip_waits: yesOrNo.optional(),
};
const sharedAliases = { match_mode: 'match', mocks: 'mock', timeout_ms: 'timeout', time_out: 'timeout', now: 'clock', time: 'clock' };

/** Fields that say nothing about the run: for catalogues and people. */
const passedOver = { id: '', tags: '', category: '', author: '', created_at: '', updated_at: '', metadata: '' };

const CaseFields = spelled(
  {
    ...sharedShape,
    name: z.string('must be a text').min(1, 'must not be empty').optional(),
    description: z.string('must be a text').nullish(),
    input: z.unknown().optional(),
    expected_output: z.unknown().optional(),
    expected_error: z.unknown().optional(),
    should_fail: yesOrNo.nullish(),
    may_throw: z.literal('typed', 'must be "typed"').nullish(),
    assertions: z.array(AssertionField, 'must be a list of assertions').nullish(),
    expected_logs: z.array(ExpectedLogField, 'must be a list of lines').nullish(),
    expected_progress: z.array(z.unknown(), 'must be a list of reports').nullish(),
    expected_requests: z
      .union([z.number().int().min(0), z.array(z.unknown())], 'must be a list of requests, or how many there are')
      .nullish(),
    only: yesOrNo.optional(),
  },
  {
    ...sharedAliases,
    ...passedOver,
    title: 'name',
    expected: 'expected_output',
    expected_result: 'expected_output',
    error: 'expected_error',
    should_throw: 'should_fail',
    assert: 'assertions',
    asserts: 'assertions',
    logs: 'expected_logs',
    progress: 'expected_progress',
    requests: 'expected_requests',
  },
);

/** A case as its file says it, in one spelling; defaults not yet applied. */
export const CaseSchema = CaseFields.transform((fields, context) => {
  const complain = (key: string, message: string) => context.addIssue({ code: 'custom', message, path: [key], input: fields });
  const { expected_error: saidError, should_fail: shouldFail, expected_requests: requests, ...rest } = fields;
  // Tests written by agents carry both fields, one of them empty.
  const hasError = saidError !== undefined && saidError !== null && saidError !== false;
  const isExpectedText = shouldFail === true && typeof fields.expected_output === 'string' && !hasError;
  const errorValue = isExpectedText ? fields.expected_output : saidError;
  const error =
    hasError || isExpectedText
      ? within(ExpectedErrorField, errorValue, [isExpectedText ? 'expected_output' : 'expected_error'], context)
      : undefined;
  if (fields.may_throw === 'typed' && (shouldFail === true || hasError))
    complain('may_throw', 'The test expects an error, so may_throw says nothing; leave it out.');
  if (shouldFail === false && hasError) complain('should_fail', 'should_fail is false, yet an error is expected.');
  const hasOutput = fields.expected_output !== undefined && !isExpectedText && !(shouldFail === true && fields.expected_output === null);
  const failsToo = shouldFail === true || hasError;
  if (failsToo && hasOutput) complain('expected_output', 'The test expects both an output and an error; a run ends with one of them.');
  return {
    ...rest,
    expected_output: hasOutput ? fields.expected_output : undefined,
    error: failsToo ? (error ?? anyError) : null,
    requests:
      requests === undefined || requests === null || typeof requests === 'number'
        ? (requests ?? null)
        : requests.flatMap((one, index) => within(ExpectedRequestField, one, ['expected_requests', index], context) ?? []),
    expectsSomething:
      hasOutput ||
      failsToo ||
      [shouldFail, fields.may_throw, fields.assertions, fields.expected_logs, fields.expected_progress, requests].some(
        (one) => one !== undefined && one !== null,
      ),
  };
});
export type CaseFields = z.output<typeof CaseSchema>;

/** What stands beside `cases` in a file, or in tests/_defaults.json. */
export const DefaultsSchema = spelled(
  {
    ...sharedShape,
    name: z.string().optional(),
    description: z.string().nullish(),
    cases: z.array(z.unknown(), 'must be a list of tests').optional(),
  },
  { ...sharedAliases, ...passedOver, title: 'name', tests: 'cases', test_cases: 'cases' },
  'the defaults of tests',
);
export type Defaults = z.output<typeof DefaultsSchema>;
