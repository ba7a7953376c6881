import { z } from 'zod';
import type { HttpFailure, HttpMock, MockAnswer } from '#engine/index.ts';
import { mcpRuleAliases, mcpRuleOf, mcpRuleShape } from './mcp-rule.ts';
import { inOrder } from './mocks.ts';
import { DelayMs } from './mock-answer.ts';
import { canonical, didYouMean, isRecord, spelled, within } from './spelling.ts';

/** Failures of calls by the words a test may use; the key is the reason the task sees. */
const failures: Readonly<Record<string, { readonly name: HttpFailure['name']; readonly others: readonly string[] }>> = {
  timeout: { name: 'TimeoutError', others: ['timed_out', 'time_out', 'timeout_error'] },
  'connection-lost': {
    name: 'NetworkError',
    others: ['connection_lost', 'network', 'network_error', 'reset', 'closed', 'refused', 'crash'],
  },
  'tool-unknown': { name: 'McpToolUnknownError', others: ['tool_unknown', 'no_tool'] },
  'server-unknown': { name: 'McpServerUnknownError', others: ['server_unknown', 'no_server'] },
  'refused-by-server': { name: 'McpError', others: ['refused_by_server', 'protocol_error', 'mcp_error'] },
  'no-completion': { name: 'McpError', others: ['no_completion'] },
  'too-large': { name: 'NetworkError', others: ['too_large'] },
  protocol: { name: 'NetworkError', others: ['malformed'] },
  limit: { name: 'NetworkError', others: [] },
};

const Failure = z
  .preprocess(
    (value) => (typeof value === 'string' ? { reason: value } : value),
    spelled(
      { reason: z.string('must be a text'), message: z.string().default('') },
      { kind: 'reason', type: 'reason', name: '' },
      'a failure',
    ),
  )
  .transform(({ reason: word, message }, context): HttpFailure => {
    const said = canonical(word).replaceAll(' ', '_');
    const found = Object.entries(failures).find(([reason, { others }]) => reason === word || others.includes(said));
    if (found !== undefined) return { name: found[1].name, reason: found[0], message };
    const known = Object.keys(failures);
    const text = `${JSON.stringify(word)} is no failure of a call${didYouMean(canonical(word), known)} There are ${known.join(', ')}.`;
    context.addIssue({ code: 'custom', message: text, input: word });
    return z.NEVER;
  });

/** A text, a result as the protocol has it (with `content` or `structuredContent`), or any other object: its structured content. */
const Result = z.unknown().transform((value, context): Record<string, unknown> => {
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }] };
  if (!isRecord(value)) {
    context.addIssue({ code: 'custom', message: 'must be a text or an object', input: value });
    return z.NEVER;
  }
  if (Array.isArray(value['content'])) return value;
  const structured = isRecord(value['structuredContent']) ? value : { structuredContent: value };
  // As servers do it, for readers of text alone.
  return { content: [{ type: 'text', text: JSON.stringify(structured['structuredContent']) }], ...structured };
});

const OneOfSeveral = spelled(
  { result: Result.optional(), error: z.string('must be a text').optional(), failure: Failure.optional(), delay_ms: DelayMs.optional() },
  { delay: 'delay_ms', throws: 'failure' },
  'a result',
);

const Entry = spelled(
  {
    ...mcpRuleShape,
    name: z.string('must be a text').optional(),
    description: z.string().optional(),
    result: Result.optional(),
    results: z.array(z.unknown(), 'must be a list of results').min(1, 'must hold at least one result').optional(),
    tools: z.array(z.looseObject({ name: z.string() }), 'must be a list of tools, each with a name').optional(),
    error: z.string('must be a text').optional(),
    failure: Failure.optional(),
    delay_ms: DelayMs.optional(),
    times: z.number('must be a number').int('must be a whole number').positive('must be at least 1').optional(),
    repeat: z.boolean('must be true or false').optional(),
  },
  { ...mcpRuleAliases, response: 'result', responses: 'results', sequence: 'results', delay: 'delay_ms', throws: 'failure' },
  'a mock of an MCP server',
);

/** `mock.mcp`: one mock or a list of them. */
export const McpMocks = z.unknown().transform((value, context): HttpMock[] => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const place = (index: number) => (Array.isArray(value) ? [index] : []);
  return inOrder(list.flatMap((one, index) => mockAt(one, place(index), context) ?? []));
});

function mockAt(value: unknown, path: readonly number[], context: z.RefinementCtx): HttpMock | undefined {
  const complain = (message: string): undefined => {
    context.addIssue({ code: 'custom', message, path: [...path], input: value });
  };
  if (!isRecord(value)) return complain('A mock must be an object.');
  const entry = within(Entry, value, path, context);
  if (entry === undefined) return undefined;
  const { tools, result, results, error, failure, times, repeat, delay_ms: delayMs = 0 } = entry;
  if ([tools, result, results, error, failure].filter((one) => one !== undefined).length !== 1) {
    return complain('A mock needs one of result, results, error, failure and tools.');
  }
  if (tools !== undefined && entry.method !== undefined && entry.method !== 'list') return complain('tools is the answer to a list only.');
  const rule = mcpRuleOf(tools === undefined ? entry : { ...entry, method: 'list' });
  if ('problem' in rule) return complain(rule.problem);
  if (rule.method === 'tools/list' && tools === undefined && failure === undefined)
    return complain('A list is answered by tools, or fails.');
  const answers =
    tools === undefined ? answersAt({ results, result, error, failure }, delayMs, path, context) : [told(tools, 200, delayMs)];
  if (answers === undefined) return undefined;
  if (times !== undefined && times < answers.length) return complain(`times is ${times}, but there are ${answers.length} results.`);
  const more = Array.from({ length: (times ?? 0) - answers.length }, () => answers.at(-1)!);
  const label = `mock.mcp${path.map((index) => `[${index}]`).join('')}`;
  return {
    name: entry.name === undefined ? label : `${label} (${entry.name})`,
    rule,
    answers: [...answers, ...more],
    afterLast: times !== undefined || repeat === false ? 'nothing' : 'repeat',
  };
}

type Said = Pick<z.output<typeof Entry>, 'result' | 'results' | 'error' | 'failure'>;

function answersAt(
  { results, ...one }: Said,
  delayMs: number,
  path: readonly number[],
  context: z.RefinementCtx,
): MockAnswer[] | undefined {
  if (results === undefined) return [answerOf(one, delayMs)];
  const answers = results.map((said, index) => {
    const marked = isRecord(said) && ['result', 'error', 'failure', 'throws'].some((key) => Object.hasOwn(said, key));
    const read = within(OneOfSeveral, marked ? said : { result: said }, [...path, 'results', index], context);
    return read && answerOf(read, read.delay_ms ?? delayMs);
  });
  return answers.every((answer) => answer !== undefined) ? answers : undefined;
}

function answerOf({ result, error, failure }: Omit<Said, 'results'>, delayMs: number): MockAnswer {
  if (failure !== undefined) return { failure, delayMs };
  if (error !== undefined) return told({ content: [{ type: 'text', text: error }], isError: true }, 422, delayMs);
  return told(result, result?.['isError'] === true ? 422 : 200, delayMs);
}

/** 422 is what a tool that says it failed answers with; see the engine's mcpAnswer. */
function told(value: unknown, status: 200 | 422, delayMs: number): MockAnswer {
  return { status, statusText: '', headers: [], body: Buffer.from(JSON.stringify(value)), delayMs };
}
