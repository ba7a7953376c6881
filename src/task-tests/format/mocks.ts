import { z } from 'zod';
import type { HttpMock } from '#engine/index.ts';
import { Answer, DelayMs, Failure } from './mock-answer.ts';
import { ruleAliases, ruleOf, ruleShape } from './mock-rule.ts';
import { canonical, isRecord, spelled, within } from './spelling.ts';

const Request = spelled(ruleShape, ruleAliases, 'a request');

const Entry = spelled(
  {
    ...ruleShape,
    name: z.string('must be a text').optional(),
    description: z.string().optional(),
    request: z.unknown().optional(),
    response: z.unknown().optional(),
    responses: z.array(z.unknown(), 'must be a list of responses').min(1, 'must hold at least one response').optional(),
    failure: Failure.optional(),
    delay_ms: DelayMs.optional(),
    times: z.number('must be a number').int('must be a whole number').positive('must be at least 1').optional(),
    repeat: z.boolean('must be true or false').optional(),
  },
  {
    ...ruleAliases,
    sequence: 'responses',
    replies: 'responses',
    reply: 'response',
    delay: 'delay_ms',
    error: 'failure',
    throws: 'failure',
  },
  'a mock',
);

/** What makes an item of a sequence a mock of its own and not a response. */
const marksOfMock = new Set([
  'url',
  'url_pattern',
  'pattern',
  'method',
  'verb',
  'request',
  'response',
  'responses',
  'sequence',
  'query',
  'times',
]);

function isMock(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).some((key) => marksOfMock.has(canonical(key)));
}

/** `mock.http`: one mock, a list of them, or a sequence of which each is used once. */
export const HttpMocks = z.unknown().transform((value, context): HttpMock[] => {
  if (Array.isArray(value)) return inOrder(value.flatMap((one, index) => mockAt(one, [index], `[${index}]`, context) ?? []));
  if (!isRecord(value)) {
    context.addIssue({ code: 'custom', message: 'A mock must be an object or a list of objects.', input: value });
    return z.NEVER;
  }
  const [key, items] = Object.entries(value).find(([name]) => ['sequence', 'responses', 'mocks'].includes(canonical(name))) ?? [];
  if (key === undefined || !Array.isArray(items) || !items.some(isMock)) {
    return [mockAt(value, [], '', context) ?? []].flat();
  }
  if (Object.keys(value).length > 1) {
    context.addIssue({ code: 'custom', message: `Beside ${key} with mocks of its own nothing else can stand.`, input: value });
    return z.NEVER;
  }
  return items.flatMap((one: unknown, index) => {
    const mock = mockAt(one, [key, index], `.${key}[${index}]`, context);
    const isSaid = isRecord(one) && Object.keys(one).some((name) => ['times', 'repeat'].includes(canonical(name)));
    return mock === undefined ? [] : [isSaid ? mock : { ...mock, afterLast: 'nothing' as const }];
  });
});

function mockAt(value: unknown, path: readonly (string | number)[], place: string, context: z.RefinementCtx): HttpMock | undefined {
  const complain = (message: string): undefined => {
    context.addIssue({ code: 'custom', message, path: [...path], input: value });
  };
  if (!isRecord(value)) return complain('A mock must be an object.');
  const entry = within(Entry, value, path, context);
  if (entry === undefined) return undefined;
  const { request, response, responses, failure, times, repeat, delay_ms: delayMs = 0 } = entry;
  if ([response, responses, failure].filter((one) => one !== undefined).length !== 1) {
    return complain('A mock needs one of response, responses and failure.');
  }
  const ownRule = Object.keys(ruleShape).some((key) => entry[key as keyof typeof ruleShape] !== undefined);
  if (request !== undefined && ownRule)
    return complain('What the request has to be like stands either in request or beside it, not in both.');
  const fields = request === undefined ? entry : within(Request, request, [...path, 'request'], context);
  const rule = fields && ruleOf(fields);
  const made = answersAt(entry, path, context);
  if (rule === undefined || made === undefined) return undefined;
  if ('problem' in rule) return complain(rule.problem);
  const answers = failure === undefined ? made.map((answer) => answer(delayMs)) : [{ failure, delayMs }];
  if (times !== undefined && times < answers.length) return complain(`times is ${times}, but there are ${answers.length} responses.`);
  const more = Array.from({ length: (times ?? 0) - answers.length }, () => answers.at(-1)!);
  const label = `mock.http${place}`;
  return {
    name: entry.name === undefined ? label : `${label} (${entry.name})`,
    rule,
    answers: [...answers, ...more],
    afterLast: times !== undefined || repeat === false ? 'nothing' : 'repeat',
  };
}

function answersAt({ response, responses }: z.output<typeof Entry>, path: readonly (string | number)[], context: z.RefinementCtx) {
  const answers =
    responses === undefined
      ? response === undefined
        ? []
        : [within(Answer, response, [...path, 'response'], context)]
      : responses.map((one, index) => within(Answer, one, [...path, 'responses', index], context));
  return answers.every((answer) => answer !== undefined) ? answers : undefined;
}

/** Two mocks of a list for the same request are meant one after the other: else the second would never be used. */
export function inOrder(mocks: readonly HttpMock[]): HttpMock[] {
  const rules = mocks.map(({ rule }) => JSON.stringify(rule));
  return mocks.map((mock, index) => (rules.includes(rules[index]!, index + 1) ? { ...mock, afterLast: 'nothing' } : mock));
}
