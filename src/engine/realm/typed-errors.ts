import type { Exchange } from './exchange.ts';
import { NativeError, cut, defineProperty } from './intrinsics.ts';
import { mcpErrors } from './mcp-errors.ts';

type ErrorClass = new (message?: string) => Error;
type StatusErrorClass = new (status: number, message?: string) => Error;

let classes: { [name: string]: ErrorClass | StatusErrorClass } | null = null;

/** The ten error classes every task has. Their names say what kind of failure it was, so a caller knows whether to try again. */
export function typedErrors(): { [name: string]: ErrorClass | StatusErrorClass } {
  if (classes !== null) return classes;

  function withDefault(name: string, fallback: string): ErrorClass {
    return named(
      name,
      class extends NativeError {
        constructor(message?: string) {
          super(message === undefined ? fallback : message);
        }
      },
    );
  }

  function named<T extends ErrorClass | StatusErrorClass>(name: string, made: T): T {
    defineProperty(made, 'name', { value: name, configurable: true });
    defineProperty(made.prototype, 'name', { value: name, configurable: true, writable: true });
    return made;
  }

  class HttpError extends NativeError {
    status: number;
    constructor(status: number, message?: string) {
      super(message === undefined ? 'HTTP error' : message);
      this.status = status;
    }
  }

  classes = {
    AuthenticationError: withDefault('AuthenticationError', 'Authentication failed'),
    AuthorizationError: withDefault('AuthorizationError', 'Authorization failed'),
    NetworkError: withDefault('NetworkError', 'Network error'),
    HttpError: named('HttpError', HttpError),
    ValidationError: withDefault('ValidationError', 'Validation error'),
    ConfigurationError: withDefault('ConfigurationError', 'Configuration error'),
    RateLimitError: withDefault('RateLimitError', 'Rate limit exceeded'),
    ServiceUnavailableError: withDefault('ServiceUnavailableError', 'Service unavailable'),
    TimeoutError: withDefault('TimeoutError', 'Timeout error'),
    DataError: withDefault('DataError', 'Data error'),
  };
  return classes;
}

/** The failure of a request as an error of the class `name`, with the stack of the call that made the request. */
export function typedError(name: string, message: string, site: Error | null): Error {
  let made: Error;
  if (name === 'TypeError') {
    made = new TypeError(message);
  } else if (name === 'AbortError') {
    made = new NativeError(message);
    defineProperty(made, 'name', { value: name, configurable: true, writable: true });
  } else if (name === 'McpError' || name === 'McpServerUnknownError' || name === 'McpToolUnknownError') {
    made = new (mcpErrors()[name] as ErrorClass)(message);
  } else {
    const known = name === 'TimeoutError' ? 'TimeoutError' : 'NetworkError';
    made = new (typedErrors()[known] as ErrorClass)(message);
  }
  placeAt(made, site);
  return made;
}

const mostResponseChars = 2_000;

/** A non-2xx answer as an error: by its status, with the start of the answer's text. */
export function httpError(exchange: Exchange): Error {
  const head = exchange.head as { status: number; statusText: string };
  const { status } = head;
  const message = head.statusText === '' ? `HTTP ${status}` : `HTTP ${status}: ${head.statusText}`;
  const all = typedErrors();
  let made: Error;
  if (status === 401) made = new (all['AuthenticationError'] as ErrorClass)(message);
  else if (status === 403) made = new (all['AuthorizationError'] as ErrorClass)(message);
  else if (status === 429) made = new (all['RateLimitError'] as ErrorClass)(message);
  else if (status >= 500) made = new (all['ServiceUnavailableError'] as ErrorClass)(message);
  else made = new (all['HttpError'] as StatusErrorClass)(status, message);
  const carries = made as Error & { status: number; response: string };
  carries.status = status;
  if (typeof exchange.answer === 'string') carries.response = cut(exchange.answer, mostResponseChars);
  placeAt(made, exchange.site);
  return made;
}

/** Lets the stack begin where the task called fetch instead of somewhere in the platform. */
export function placeAt(made: Error, site: Error | null): void {
  if (site === null) return;
  try {
    const { stack } = site;
    const frames = stack === undefined ? -1 : stack.indexOf('\n');
    const value = `${made.name}: ${made.message}${frames < 0 ? '' : stack?.slice(frames)}`;
    defineProperty(made, 'stack', { value, configurable: true, writable: true });
  } catch {
    // A prepareStackTrace of the task may throw or give anything; the error keeps the stack it has.
  }
}
