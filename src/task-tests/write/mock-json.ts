import { STATUS_CODES } from 'node:http';
import type { HttpMock, MockAnswer, MockRule } from '#engine/index.ts';
import { mcpRuleJson } from '../format/mcp-rule.ts';

/** Mocks as a test file says them: requests apart from calls of MCP servers. */
export function mocksJson(mocks: readonly HttpMock[]): Record<string, unknown> | undefined {
  const isCall = ({ rule }: HttpMock) => mcpRuleJson(rule) !== null;
  const kinds = { http: mocks.filter((mock) => !isCall(mock)), mcp: mocks.filter(isCall).flatMap(oneListEach) };
  const said = Object.entries(kinds).filter(([, some]) => some.length > 0);
  if (said.length === 0) return undefined;
  return Object.fromEntries(said.map(([kind, some]) => [kind, some.length === 1 ? mockJson(some[0]!) : some.map(mockJson)]));
}

/** Lists of tools that follow each other are mocks that follow each other. */
function oneListEach(mock: HttpMock): HttpMock[] {
  if (mock.rule.method !== 'tools/list' || mock.answers.length === 1) return [mock];
  return mock.answers.map((answer) => ({ ...mock, answers: [answer], afterLast: 'nothing' }));
}

/** A mock as a test file says it: reading it back gives the same rule and the same answers. */
function mockJson({ rule, answers, afterLast }: HttpMock): Record<string, unknown> {
  // The same answer a number of times is one answer with that number.
  const isOne = afterLast === 'nothing' && answers.every((answer) => answer === answers[0]);
  const call = mcpRuleJson(rule);
  const written = (isOne ? answers.slice(0, 1) : answers).map(call === null ? answerJson : callAnswerJson);
  return {
    ...(call ?? ruleJson(rule)),
    ...(call === null
      ? written.length === 1
        ? { response: written[0] }
        : { responses: written }
      : written.length === 1
        ? listed(written[0]!, rule.method)
        : { results: written }),
    ...(isOne ? { times: answers.length } : afterLast === 'nothing' ? { repeat: false } : {}),
  };
}

export function ruleJson({ method, url, query, headers, body }: MockRule): Record<string, unknown> {
  return {
    // A rule without a URL and a method means everything; one with a URL means GET.
    ...(method === null ? (url === null ? {} : { method: '*' }) : { method }),
    ...(url === null ? {} : url.kind === 'pattern' ? { url_pattern: url.text } : { url: url.text }),
    ...(query === null ? {} : { query }),
    ...(headers === null ? {} : { headers }),
    ...(body === null
      ? {}
      : { body: body.kind === 'text' ? body.text : body.value, ...(body.match === 'subset' ? { body_match: 'subset' } : {}) }),
  };
}

/** What an MCP server answers, in the fields of one result. */
function callAnswerJson(answer: MockAnswer): Record<string, unknown> {
  const delay = answer.delayMs > 0 ? { delay_ms: answer.delayMs } : {};
  if ('failure' in answer) {
    const { reason, message } = answer.failure;
    return { ...delay, failure: message === '' ? reason : { reason, message } };
  }
  try {
    return { result: JSON.parse(Buffer.from(answer.body).toString('utf8')) as unknown, ...delay };
  } catch {
    // A recording that somebody edited: what the task saw was no answer either.
    return { failure: { reason: 'protocol', message: 'The answer of the MCP server could not be read' }, ...delay };
  }
}

/** A list of tools has its own field; a mock that has one says nothing of a method. */
function listed({ result, ...rest }: Record<string, unknown>, method: string | null): Record<string, unknown> {
  if (result === undefined) return rest;
  return method === 'tools/list' ? { tools: result, ...rest } : { result, ...rest };
}

function answerJson(answer: MockAnswer): Record<string, unknown> {
  const delay = answer.delayMs > 0 ? { delay_ms: answer.delayMs } : {};
  if ('failure' in answer) {
    const { reason, message } = answer.failure;
    return { ...delay, failure: message === '' ? reason : { reason, message } };
  }
  const { status, statusText, headers, body } = answer;
  const type = headers.find(([name]) => name === 'content-type')?.[1];
  const written = bodyJson(body, type);
  // What reading would add by itself is left out.
  const kept = headers.filter(([name, value]) => !(name === 'content-type' && value === written.usualType));
  return {
    status,
    ...(statusText === (STATUS_CODES[status] ?? '') ? {} : { status_text: statusText }),
    ...(kept.length > 0 ? { headers: headersJson(kept) } : {}),
    ...written.fields,
    ...delay,
  };
}

function headersJson(headers: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const grouped = Map.groupBy(headers, ([name]) => name);
  return Object.fromEntries(
    [...grouped].map(([name, pairs]) => [name, pairs.length === 1 ? pairs[0]![1] : pairs.map(([, value]) => value)]),
  );
}

/** JSON as JSON where nothing but blanks is lost by it, text as text, anything else in Base64. */
function bodyJson(body: Uint8Array, type: string | undefined): { fields: Record<string, unknown>; usualType: string | null } {
  if (body.byteLength === 0) return { fields: {}, usualType: null };
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return { fields: { body_base64: bytes.toString('base64') }, usualType: null };
  const json = 'application/json';
  if (type !== undefined && /[/+]json\b/i.test(type) && !/^\s*"/.test(text)) {
    const value = losslessJson(text);
    if (value !== undefined) return { fields: { body: value }, usualType: json };
  }
  return type === undefined
    ? { fields: { body_base64: bytes.toString('base64') }, usualType: null }
    : { fields: { text }, usualType: 'text/plain;charset=utf-8' };
}

/** The value of a JSON text, unless writing it again would change more than blanks: long numbers, duplicate fields. */
function losslessJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === withoutBlanks(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutBlanks(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''));
}
