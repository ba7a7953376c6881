import { hostOf, portOf } from './allow-list.ts';
import type { HttpFailure } from './effect.ts';
import { networkFailure } from './failure.ts';

/** A request that took longer than it may. */
export function timedOut(request: { readonly url: string }, limitMs: number): HttpFailure {
  const message = `The request to ${new URL(request.url).host} was given up after ${limitMs} ms.`;
  return { name: 'TimeoutError', message, reason: 'timeout' };
}

/** A request to a host that the task's own list leaves out. */
export function notOnList(url: URL): HttpFailure {
  const entry = url.port === '' ? hostOf(url) : `${hostOf(url)}:${portOf(url)}`;
  return networkFailure('blocked', `${url.host} is not in the task's network list; add "${entry}" to "network" in metadata.json.`);
}
