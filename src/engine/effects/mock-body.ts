import { jsonDifferences, pathText } from '#kernel/index.ts';
import type { HttpRequest } from './effect.ts';
import type { BodyRule } from './mock.ts';

/** What a request's body says: a JSON value (a form counts as an object of strings), else text. Null where there is no body. */
export function bodyOf({ body, headers }: Pick<HttpRequest, 'body' | 'headers'>): { value: unknown } | { text: string } | null {
  if (body === null || body.byteLength === 0) return null;
  const text = new TextDecoder().decode(body);
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return { value: formOf(text) };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { text };
  }
}

/** A form as an object of strings; a name that comes several times has a list. */
function formOf(text: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form[name];
    form[name] = before === undefined ? value : typeof before === 'string' ? [before, value] : [...before, value];
  }
  // An ordinary object again, so that it compares as one.
  return Object.fromEntries(Object.entries(form));
}

/** How a body differs from what a rule asks, in words; null when it does not. */
export function bodyDifference(rule: BodyRule, request: Pick<HttpRequest, 'body' | 'headers'>): string | null {
  const body = bodyOf(request);
  const text = request.body === null ? '' : new TextDecoder().decode(request.body);
  if (rule.kind === 'text') {
    if (rule.match === 'subset')
      return text.includes(rule.text) ? null : `the body is ${shown(text)}, which does not contain ${shown(rule.text)}`;
    // JSON that was written with other blanks is the same JSON.
    const isSame = text === rule.text || isSameJson(text, rule.text);
    return isSame ? null : `the body is ${shown(text)}, not ${shown(rule.text)}`;
  }
  if (body === null) return `there is no body, and ${shown(JSON.stringify(rule.value))} is wanted`;
  if ('text' in body) return `the body is the text ${shown(body.text)}, not JSON`;
  const [difference] = jsonDifferences(rule.value, body.value, { match: rule.match, most: 1 });
  if (difference === undefined) return null;
  const hint = difference.expected === undefined && rule.match === 'exact' ? ' (body_match: "subset" would allow it)' : '';
  return `${pathText('body', difference.path)} is ${shownJson(difference.received)}, not ${shownJson(difference.expected)}${hint}`;
}

function isSameJson(one: string, other: string): boolean {
  try {
    return jsonDifferences(JSON.parse(one), JSON.parse(other), { match: 'exact', most: 1 }).length === 0;
  } catch {
    return false;
  }
}

function shownJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function shown(text: string): string {
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}...` : JSON.stringify(text);
}
