import { z } from 'zod';
import type { MockRule } from '#engine/index.ts';
import { operatorAliases } from '../judge/operator-aliases.ts';
import { operators } from '../judge/operators.ts';
import { readPath } from '../judge/value-path.ts';
import type { Assertion, ExpectedError, ExpectedLog } from '../test-case.ts';
import { mcpRuleAliases, mcpRuleOf, mcpRuleShape } from './mcp-rule.ts';
import { ruleAliases, ruleOf, ruleShape } from './mock-rule.ts';
import { canonical, didYouMean, isRecord, spelled, within } from './spelling.ts';
import { Text } from './text-rule.ts';

const ErrorObject = spelled(
  { message: Text.optional(), class: z.string().optional(), status: z.number().int().optional(), code: z.string().optional() },
  { name: 'class', type: 'class', error_class: 'class', error_type: 'class', status_code: 'status', stack: '' },
  'an expected error',
);

export const anyError: ExpectedError = { said: null, message: null, errorClass: null, status: null, code: null };

/** `"no city"`, `"/^no .* city$/"`, `{"class": "HttpError", "status": 404, "message": "..."}`, or true for any error. */
export const ExpectedErrorField = z.unknown().transform((value, context): ExpectedError => {
  if (value === true) return anyError;
  if (typeof value === 'string') return { ...anyError, said: within(Text, value, [], context) ?? null };
  if (!isRecord(value)) {
    context.addIssue({
      code: 'custom',
      message: 'must be a text, an object such as {"class": "HttpError", "status": 404}, or true for any error',
      input: value,
    });
    return z.NEVER;
  }
  const { message, class: errorClass, status, code } = within(ErrorObject, value, [], context) ?? {};
  return { said: null, message: message ?? null, errorClass: errorClass ?? null, status: status ?? null, code: code ?? null };
});

const AssertionObject = spelled(
  {
    path: z.string('must be a text such as "items[0].total"').default(''),
    operator: z.string('must be a text').default('equals'),
    expected: z.unknown().optional(),
    description: z.string().optional(),
  },
  {
    field: 'path',
    key: 'path',
    op: 'operator',
    comparison: 'operator',
    value: 'expected',
    expect: 'expected',
    message: 'description',
    name: 'description',
  },
  'an assertion',
);

export const AssertionField = AssertionObject.transform(({ path, operator: word, expected }, context): Assertion => {
  const complain = (message: string, key: string) => {
    context.addIssue({ code: 'custom', message, path: [key], input: word });
    return z.NEVER;
  };
  const steps = readPath(path);
  if (steps === null) return complain(`${JSON.stringify(path)} is no path; write it like items[0].total.`, 'path');
  const name = canonical(word.trim()).replaceAll(' ', '_');
  const operator = Object.hasOwn(operators, name) ? name : Object.hasOwn(operatorAliases, name) ? operatorAliases[name]! : null;
  if (operator === null) return complain(`${JSON.stringify(word)} is no operator${didYouMean(name, Object.keys(operators))}`, 'operator');
  const problem = operators[operator]!.checkExpected(expected);
  if (problem !== null) return complain(`Operator ${word} ${problem}.`, 'expected');
  return { path, steps, operator, expected };
});

const LogObject = spelled(
  { level: z.string().optional(), message: Text.optional() },
  { text: 'message', contains: 'message' },
  'an expected log line',
);

/** `console.log` writes at the level info. */
const levelNames: Readonly<Record<string, string>> = { log: 'info', warning: 'warn' };

/** A text the message contains, a regular expression, or `{"level": "warn", "message": "..."}`. */
export const ExpectedLogField = z.unknown().transform((value, context): ExpectedLog => {
  if (typeof value === 'string') return { level: null, message: within(Text, value, [], context) ?? null };
  const { level, message } = within(LogObject, value, [], context) ?? {};
  const name = level?.toLowerCase() ?? null;
  return { level: name === null ? null : (levelNames[name] ?? name), message: message ?? null };
});

const RequestObject = spelled(ruleShape, ruleAliases, 'an expected request');

/** `"GET https://api.example.com/users"`, or the fields of a mock's request. */
export const ExpectedRequestField = z.unknown().transform((value, context): MockRule => {
  if (isRecord(value) && Object.keys(value).some((key) => canonical(key) === 'server')) return callOf(value, context);
  const [, method, url] = (typeof value === 'string' && /^(?:([A-Za-z]+)\s+)?(\S+)$/.exec(value)) || [];
  const fields = typeof value === 'string' ? { url: url ?? value, method: method ?? '*' } : value;
  const parsed = within(RequestObject, fields, [], context);
  const rule = parsed && ruleOf(parsed);
  if (rule === undefined) return z.NEVER;
  if (!('problem' in rule)) return rule;
  context.addIssue({ code: 'custom', message: rule.problem, input: value });
  return z.NEVER;
});

const CallObject = spelled(mcpRuleShape, mcpRuleAliases, 'an expected call of an MCP server');

/** `{"server": "web", "tool": "search", "arguments": {...}}`: a call in place of a request. */
function callOf(value: Record<string, unknown>, context: z.RefinementCtx): MockRule {
  const parsed = within(CallObject, value, [], context);
  const rule = parsed && mcpRuleOf(parsed);
  if (rule === undefined) return z.NEVER;
  if (!('problem' in rule)) return rule;
  context.addIssue({ code: 'custom', message: rule.problem, input: value });
  return z.NEVER;
}
