import type { HttpOutcome, HttpRequest } from './effect.ts';
import type { HopAnswer } from './exchange.ts';
import { networkFailure } from './failure.ts';
import { nextHop, type Hop } from './redirect.ts';

/** One request to its last answer, over as many hops as the answers lead; rejects with what a hop fails with. */
export async function followRedirects(
  request: HttpRequest,
  maxRedirects: number,
  sendHop: (hop: Hop) => Promise<HopAnswer>,
): Promise<HttpOutcome> {
  let hop: Hop = { url: new URL(request.url), method: request.method, headers: request.headers, body: request.body };
  for (let redirects = 0; ; redirects++) {
    const answer = await sendHop(hop);
    const isFollowing = request.redirect !== 'manual';
    const next = isFollowing ? nextHop(hop, answer.status, answer.headers.find(([name]) => name === 'location')?.[1]) : null;
    if (next === null) return { answer: { ...answer, url: hop.url.href, redirected: redirects > 0 } };
    if (request.redirect === 'error') {
      return { failure: networkFailure('redirect', `${hop.url.host} answered with a redirect, and the request says redirect: 'error'.`) };
    }
    if (redirects >= maxRedirects) {
      return {
        failure: networkFailure('too-many-redirects', `The request was redirected more than ${maxRedirects} times (http.max_redirects).`),
      };
    }
    hop = next;
  }
}
