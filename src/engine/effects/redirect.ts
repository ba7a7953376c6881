import { networkFailure, RequestFailed } from './failure.ts';

/** One message to one host: a request, or what a redirect made of it. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const aboutTheBody = new Set(['content-encoding', 'content-language', 'content-location', 'content-type']);
const credentials = new Set(['authorization', 'cookie']);

/**
 * What the next request is after an answer, by the rules of the Fetch standard (HTTP-redirect fetch); null when the answer is no redirect.
 * A POST answered 301 or 302, and anything but GET and HEAD answered 303, goes on as a GET without a body; else method and body stay.
 * Credentials do not follow to another origin. Throws RequestFailed when the answer leads nowhere a task may go.
 */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | null {
  if (!redirectStatuses.has(status) || location === undefined) return null;
  const url = URL.parse(location, hop.url.href);
  if (url === null) throw new RequestFailed(networkFailure('protocol', `${hop.url.host} redirects to something that is no URL.`));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestFailed(
      networkFailure('blocked', `${hop.url.host} redirects to a ${url.protocol} URL; only http: and https: are followed.`),
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new RequestFailed(
      networkFailure('blocked', `${hop.url.host} redirects to a URL of ${url.host} that holds a user name or password.`),
    );
  }
  url.hash = '';
  const losesBody =
    ((status === 301 || status === 302) && hop.method === 'POST') || (status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD');
  const losesCredentials = url.origin !== hop.url.origin;
  return {
    url,
    method: losesBody ? 'GET' : hop.method,
    body: losesBody ? null : hop.body,
    headers: hop.headers.filter(([name]) => !(losesBody && aboutTheBody.has(name)) && !(losesCredentials && credentials.has(name))),
  };
}
