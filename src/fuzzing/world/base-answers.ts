import { fitRule, isMcp, type HttpMock, type HttpRequest, type MockAnswer } from '#engine/index.ts';

/** Gives the answers of a task's tests to requests that need not be the ones of the tests. One per execution: it counts. */
export type NextAnswer = (request: HttpRequest) => { readonly answer: MockAnswer; readonly mock: HttpMock } | null;

/**
 * The mocks of the tests, those of the chosen test first. A request that fits none gets the answer of the mock that comes nearest: the
 * same host, or else much of the same path, whatever the query and the body. The order in which a mock answers is kept.
 * @param tests mocks of each test
 * @param first index of the test whose mocks come first
 */
export function baseAnswers(tests: readonly (readonly HttpMock[])[], first: number): NextAnswer {
  const given = new Map<HttpMock, number>();
  const order = [...(tests[first] === undefined ? [] : [tests[first]]), ...tests.filter((_, index) => index !== first)];
  const isUsedUp = (mock: HttpMock) => mock.afterLast === 'nothing' && (given.get(mock) ?? 0) >= mock.answers.length;
  const take = (mock: HttpMock) => {
    const count = given.get(mock) ?? 0;
    given.set(mock, count + 1);
    return { answer: withoutDelay(mock.answers[Math.min(count, mock.answers.length - 1)]!), mock };
  };
  return (request) => {
    for (const mocks of order) {
      const fitting = mocks.map((mock) => ({ mock, fit: isUsedUp(mock) ? 0 : fitRule(mock.rule, request).fit }));
      const best = fitting.toSorted((a, b) => b.fit - a.fit)[0];
      if (best !== undefined && best.fit > 0) return take(best.mock);
    }
    const near = order
      .flat()
      .map((mock) => ({ mock, nearness: nearness(mock, request) }))
      .toSorted((a, b) => b.nearness - a.nearness)[0];
    return near !== undefined && near.nearness > 0 ? take(near.mock) : null;
  };
}

function withoutDelay(answer: MockAnswer): MockAnswer {
  return answer.delayMs === 0 ? answer : { ...answer, delayMs: 0 };
}

/** From 0, not the same thing, to 4, the same host, path and method. */
function nearness({ rule, afterLast }: HttpMock, request: HttpRequest): number {
  if (isMcp(request) !== (rule.url !== null && isMcp({ url: rule.url.text }))) return 0;
  if (rule.url === null) return 1;
  const [wanted, asked] = [partsOf(rule.url.text), partsOf(request.url)];
  const isHost = wanted[0] === asked[0] || wanted[0]?.includes('.') !== true;
  // Another host is the same service where the input says where the service is.
  const [wantedPath, askedPath] = [wanted.slice(1), asked.slice(1)];
  const longest = Math.max(wantedPath.length, askedPath.length);
  const same = wantedPath.filter((part, index) => part === askedPath[index] || part.includes('*')).length;
  const share = longest === 0 ? 1 : same / longest;
  if (isHost ? share < 0.3 && longest > 1 : share < 0.5 || longest === 0) return 0;
  const isMethod = rule.method === null || rule.method === request.method;
  return share + (isMethod ? 1 : 0) + (isHost ? 2 : 0) - (afterLast === 'nothing' ? 0.01 : 0);
}

/** Host and path as parts, without scheme and query. */
function partsOf(text: string): string[] {
  return text
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter((part) => part !== '');
}
