import { z } from 'zod';
import type { MockRule } from '#engine/index.ts';

const QueryValue = z.union(
  [z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))],
  'must be a text, a list of texts, or null for "absent"',
);
const HeaderValue = z.union([z.string(), z.number(), z.null()], 'must be a text, or null for "absent"');

/** What a request has to be like; the same fields in a mock and among the expected requests. */
export const ruleShape = {
  method: z.string('must be a method such as "GET", or "*" for any').optional(),
  url: z.string('must be a text').min(1, 'must not be empty').optional(),
  url_pattern: z.string('must be a text').min(1, 'must not be empty').optional(),
  query: z.record(z.string(), QueryValue, 'must be an object').optional(),
  headers: z.record(z.string(), HeaderValue, 'must be an object').optional(),
  body: z.unknown().optional(),
  body_match: z.enum(['exact', 'subset'], 'must be "exact" or "subset"').optional(),
};

export const ruleAliases = { pattern: 'url_pattern', query_params: 'query', params: 'query', verb: 'method', match: 'body_match' };

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

type RuleFields = z.output<z.ZodObject<typeof ruleShape>>;

/**
 * A rule from its fields, or what is wrong with them. The method is GET where a URL is given without one, as it always was, and any
 * where neither is given.
 */
export function ruleOf(fields: RuleFields): MockRule | { readonly problem: string } {
  const { url, url_pattern: pattern } = fields;
  if (url !== undefined && pattern !== undefined) return { problem: 'url and url_pattern say the same thing; keep one of them.' };
  const hasUrl = url !== undefined || pattern !== undefined;
  const method = fields.method?.toUpperCase() ?? (hasUrl ? 'GET' : null);
  const isAny = method === null || method === '*' || method === 'ANY' || method === '';
  if (!isAny && !methods.has(method))
    return { problem: `method is ${fields.method}, which is not one of ${[...methods].join(', ')}, and not "*" for any.` };
  const text = pattern ?? url;
  return {
    method: isAny ? null : method,
    // A URL with a star would hardly be meant as it is; and one that is fits itself.
    url: text === undefined ? null : { kind: pattern !== undefined || text.includes('*') ? 'pattern' : 'part', text },
    query:
      fields.query === undefined ? null : Object.fromEntries(Object.entries(fields.query).map(([name, value]) => [name, textsOf(value)])),
    headers:
      fields.headers === undefined
        ? null
        : Object.fromEntries(
            Object.entries(fields.headers).map(([name, value]) => [name.toLowerCase(), value === null ? null : String(value)]),
          ),
    body: bodyRuleOf(fields.body, fields.body_match ?? 'exact'),
  };
}

function textsOf(value: z.output<typeof QueryValue>): string | string[] | null {
  return value === null ? null : Array.isArray(value) ? value.map(String) : String(value);
}

function bodyRuleOf(body: unknown, match: 'exact' | 'subset'): MockRule['body'] {
  if (body === undefined) return null;
  return typeof body === 'string' ? { kind: 'text', text: body, match } : { kind: 'json', value: body, match };
}
