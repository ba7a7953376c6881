import { distance } from 'fastest-levenshtein';
import type { HttpRequest } from './effect.ts';
import type { HttpMock, MockRule, UnmatchedRequest } from './mock.ts';
import { isMcp } from './mcp/mcp-address.ts';
import { bodyDifference } from './mock-body.ts';
import { fitUrl, type UrlFit } from './url-rule.ts';

/** How well a request fits a rule: `fit` is 0 where it does not, and `differences` then says why, in words. */
export interface RuleFit {
  readonly fit: UrlFit;
  readonly differences: readonly string[];
}

/** Compares a checked request (upper-case method, canonical URL, lower-case header names) with what a mock asks for. */
export function fitRule(rule: MockRule, request: HttpRequest): RuleFit {
  const differences: string[] = [];
  if (rule.method !== null && rule.method !== request.method) differences.push(`the method is ${request.method}, not ${rule.method}`);
  const fit = rule.url === null ? (isMcp(request) ? 0 : 3) : fitUrl(rule.url, request.url);
  if (fit === 0) differences.push(`the ${isMcp(request) ? 'call is of' : 'URL is'} ${request.url}, not ${rule.url?.text ?? 'any URL'}`);
  differences.push(...queryDifferences(rule.query ?? {}, request.url), ...headerDifferences(rule.headers ?? {}, request.headers));
  const body = rule.body === null ? null : bodyDifference(rule.body, request);
  if (body !== null) differences.push(body);
  return { fit: differences.length === 0 ? fit : 0, differences };
}

function queryDifferences(wanted: NonNullable<MockRule['query']>, url: string): string[] {
  const query = URL.parse(url)?.searchParams ?? new URLSearchParams();
  return Object.entries(wanted).flatMap(([name, value]) => {
    const given = query.getAll(name);
    const isFit =
      value === null
        ? given.length === 0
        : typeof value === 'string'
          ? given.includes(value)
          : given.length === value.length && given.every((one, index) => one === value[index]);
    return isFit ? [] : [`query parameter ${name} is ${listed(given)}, not ${listed(value === null ? [] : [value].flat())}`];
  });
}

function headerDifferences(wanted: NonNullable<MockRule['headers']>, headers: HttpRequest['headers']): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const given = headers.find(([key]) => key === name)?.[1];
    if (given === (value ?? undefined)) return [];
    return [`header ${name} is ${listed(given === undefined ? [] : [given])}, not ${listed(value === null ? [] : [value])}`];
  });
}

function listed(values: readonly string[]): string {
  return values.length === 0
    ? 'absent'
    : values.map((value) => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)).join(', ');
}

/** Which mock a request that fits none came nearest to: fewest differences, then the most similar URL. */
export function nearestMock(
  mocks: readonly HttpMock[],
  request: HttpRequest,
  isUsedUp: (mock: HttpMock) => boolean = () => false,
): UnmatchedRequest['nearest'] {
  const judged = mocks.map((mock) => {
    const { rule } = mock;
    const { differences } = fitRule(rule, request);
    const similarity = similarityOf(rule.url?.text ?? '', request.url);
    const used = differences.length === 0 && isUsedUp(mock) ? [`all ${mock.answers.length} of its answers have been given`] : [];
    return { name: mock.name, differences: [...differences, ...used], similarity };
  });
  const [nearest] = judged.toSorted((a, b) => a.differences.length - b.differences.length || b.similarity - a.similarity);
  return nearest === undefined ? null : { name: nearest.name, differences: nearest.differences };
}

/** 1 for the same text, 0 for one that has nothing in common. The beginning decides: comparing takes time with the square of the length. */
function similarityOf(one: string, other: string): number {
  const [a, b] = [one.slice(0, 500), other.slice(0, 500)];
  return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
}
