import { type Exchange, abort, begin, fail, newExchange } from './exchange.ts';
import type { SignalLike } from './events.ts';
import { headersClass } from './headers.ts';
import { type FetchOptions, type RequestLike, addressOf, outgoing } from './request.ts';
import { lazyResponse, requestClass, responseClass } from './response.ts';
import { liveRun } from './run.ts';
import { typedError } from './typed-errors.ts';

/**
 * Starts the request at once and returns a response that can be awaited or simply read (a read waits).
 * Throws `URL must be a string`; every other failure shows when the response is used.
 */
function fetch(target: unknown, init?: unknown, positional?: unknown): unknown {
  const request = target instanceof requestClass() ? target : null;
  const url = request === null ? addressOf(target) : request.url;
  const given = (typeof init === 'object' && init !== null ? init : {}) as FetchOptions;
  const options: FetchOptions = request === null ? given : { ...requestOptions(request), ...given };

  const run = liveRun();
  let exchange: Exchange;
  try {
    const throwOnError = typeof options.throwOnError === 'boolean' ? options.throwOnError : null;
    exchange = newExchange(run, outgoing(url, options, positional), throwOnError);
  } catch (error) {
    exchange = newExchange(run, { url, method: 'GET', headJson: '', body: undefined }, null);
    return failed(exchange, error);
  }
  if (run === null) return failed(exchange, typedError('NetworkError', 'The execution has ended', exchange.site));
  const { requests } = run.options.limits;
  if (run.requests !== null && run.requests.made >= requests) {
    const message = `This execution has made its ${requests} requests; execution.max_requests allows no more`;
    return failed(exchange, typedError('NetworkError', message, exchange.site));
  }
  begin(exchange);
  if (options.signal !== undefined && options.signal !== null) follow(exchange, options.signal);
  return lazyResponse(exchange);
}

function failed(exchange: Exchange, error: unknown): unknown {
  if (exchange.run === null) {
    exchange.state = 'ended';
    exchange.failure = { error };
  } else {
    fail(exchange, error);
  }
  return lazyResponse(exchange);
}

function follow(exchange: Exchange, signal: SignalLike): void {
  if (signal.aborted) abort(exchange, signal.reason);
  else signal.addEventListener('abort', () => abort(exchange, signal.reason), { once: true });
}

function requestOptions(request: RequestLike): FetchOptions {
  return { method: request.method, headers: request.headers, body: request.body };
}

export function fetchGlobals(): { [name: string]: unknown } {
  return { fetch, Headers: headersClass(), Response: responseClass(), Request: requestClass() };
}
