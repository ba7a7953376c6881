import type { ResponseHead } from './contract.ts';
import { type Exchange, answerOf, headOf, lookAt, newExchange, promiseOf } from './exchange.ts';
import { type HeadersLike, headerPairs, headersClass, readableHeaders } from './headers.ts';
import { inspectTag } from './inspect-tag.ts';
import { NativeError, NativePromise, apply, defineProperty, parse, promiseThen } from './intrinsics.ts';
import { type FetchOptions, type RequestLike, addressOf, outgoing } from './request.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

interface Classes {
  Response: new (body?: unknown, init?: unknown) => object;
  Request: new (target: unknown, init?: unknown) => RequestLike;
  lazy(exchange: Exchange): object;
}

let made: Classes | null = null;

/** The object `fetch` returns: thenable and readable. */
export function lazyResponse(exchange: Exchange): object {
  return classes().lazy(exchange);
}

export function responseClass(): Classes['Response'] {
  return classes().Response;
}

export function requestClass(): Classes['Request'] {
  return classes().Request;
}

function classes(): Classes {
  if (made !== null) return made;

  let adopted: Exchange | null = null;

  /** The ordinary view: reads of the body are promises. */
  class Response {
    #exchange: Exchange;
    #headers: HeadersLike | null = null;
    #parsed: { value: unknown } | null = null;
    #used = false;

    constructor(body?: unknown, init?: unknown) {
      this.#exchange = adopted ?? handmade(body, init);
      adopted = null;
    }
    static json(value: unknown, init?: { headers?: unknown }): Response {
      return new Response(JSON.stringify(value), {
        ...init,
        headers: [['content-type', 'application/json'], ...headerPairs(init?.headers)],
      });
    }
    static error(): Response {
      return new Response(null, { status: 500 });
    }
    get ok(): boolean {
      const { status } = lookAt(this.#exchange);
      return status >= 200 && status < 300;
    }
    get status(): number {
      return lookAt(this.#exchange).status;
    }
    get statusText(): string {
      return lookAt(this.#exchange).statusText;
    }
    get url(): string {
      return headOf(this.#exchange).url;
    }
    get redirected(): boolean {
      return headOf(this.#exchange).redirected;
    }
    get type(): string {
      return 'basic';
    }
    get headers(): HeadersLike {
      this.#headers ??= readableHeaders(headOf(this.#exchange).headers);
      return this.#headers;
    }
    /** Parsed JSON when the answer is JSON, else its text. */
    get body(): unknown {
      const answer = answerOf(this.#exchange);
      this.#parsed ??= { value: bodyValue(headOf(this.#exchange), textOf(answer)) };
      return this.#parsed.value;
    }
    get bodyUsed(): boolean {
      return this.#used;
    }
    json(): unknown {
      return this.#read(jsonOf);
    }
    text(): unknown {
      return this.#read(textOf);
    }
    arrayBuffer(): unknown {
      return this.#read(bufferOf);
    }
    bytes(): unknown {
      return this.#read(bytesOf);
    }
    clone(): Response {
      return ordinary(this.#exchange);
    }
    toJSON(): unknown {
      return this.body;
    }
    #read(as: (answer: string | ArrayBuffer) => unknown): Promise<unknown> {
      this.#used = true;
      return new NativePromise((resolve) => resolve(as(answerOf(this.#exchange))));
    }
    [inspectTag](): unknown {
      const { state, head, url } = this.#exchange;
      return state === 'ended' ? { status: head?.status ?? 0, url: head?.url ?? url } : { url };
    }
  }

  /** The view that waits: every read blocks until the answer is there, and reads of the body give plain values. */
  class LazyResponse extends Response {
    #exchange: Exchange;

    constructor(exchange: Exchange) {
      adopted = exchange;
      super();
      this.#exchange = exchange;
    }
    // Not `async` and not real promises on purpose: the object is a response first, and can be awaited as well.
    // oxlint-disable-next-line unicorn/no-thenable
    then(fulfilled?: (value: unknown) => unknown, rejected?: (error: unknown) => unknown): Promise<unknown> {
      return apply(promiseThen, promiseOf(this.#exchange, ordinary), [fulfilled, rejected]);
    }
    catch(rejected?: (error: unknown) => unknown): Promise<unknown> {
      return this.then(undefined, rejected);
    }
    finally(done: () => unknown): Promise<unknown> {
      return promiseOf(this.#exchange, ordinary).finally(done);
    }
    override json(): unknown {
      return jsonOf(answerOf(this.#exchange));
    }
    override text(): unknown {
      return textOf(answerOf(this.#exchange));
    }
    override arrayBuffer(): unknown {
      return bufferOf(answerOf(this.#exchange));
    }
    override bytes(): unknown {
      return bytesOf(answerOf(this.#exchange));
    }
    override clone(): Response {
      return new LazyResponse(this.#exchange);
    }
  }
  defineProperty(LazyResponse, 'name', { value: 'Response', configurable: true });
  defineProperty(LazyResponse.prototype, 'constructor', { value: Response, configurable: true, writable: true });
  defineProperty(Response.prototype, Symbol.toStringTag, { value: 'Response', configurable: true });

  class Request implements RequestLike {
    readonly url: string;
    readonly method: string;
    readonly headers: HeadersLike;
    readonly body: unknown;
    constructor(target: unknown, init?: unknown) {
      const base = target instanceof Request ? target : null;
      const options = (init ?? {}) as FetchOptions;
      this.url = base?.url ?? addressOf(target);
      this.method = String(options.method ?? base?.method ?? 'GET').toUpperCase();
      this.headers = new (headersClass())(options.headers ?? base?.headers);
      this.body = options.body ?? base?.body;
    }
    clone(): Request {
      return new Request(this);
    }
  }

  function ordinary(exchange: Exchange): Response {
    adopted = exchange;
    return new Response();
  }

  made = { Response, Request, lazy: (exchange) => new LazyResponse(exchange) };
  return made;
}

/** A response the task made itself: an answer that arrived without a request, and that nobody is surprised by. */
function handmade(body: unknown, init: unknown): Exchange {
  const { status = 200, statusText = '', headers } = (init ?? {}) as { status?: unknown; statusText?: unknown; headers?: unknown };
  const code = Number(status);
  if (!Number.isInteger(code) || code < 200 || code > 599) throw new RangeError(`${String(status)} is not a status from 200 to 599`);
  const pairs = headerPairs(headers);
  const out = outgoing('', { method: 'POST', headers: pairs, body }, undefined);
  const exchange = newExchange(null, out, null);
  exchange.state = 'ended';
  exchange.looked = true;
  exchange.answer = out.body ?? '';
  const sent = (parse(out.headJson) as { headers: [string, string][] }).headers;
  exchange.head = { status: code, statusText: String(statusText), url: '', redirected: false, headers: sent };
  return exchange;
}

function textOf(answer: string | ArrayBuffer): string {
  const text = typeof answer === 'string' ? answer : (decodeUtf8(answer, false) as string);
  // A byte order mark is no part of the text, and JSON with one would not parse.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function jsonOf(answer: string | ArrayBuffer): unknown {
  const text = textOf(answer);
  try {
    return parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof NativeError ? error.message : '';
    throw new SyntaxError(text === '' ? 'The body of the response is empty, not JSON' : `The body of the response is not JSON: ${reason}`);
  }
}

function bufferOf(answer: string | ArrayBuffer): ArrayBuffer {
  return typeof answer === 'string' ? encodeUtf8(answer).buffer : answer.slice(0);
}

function bytesOf(answer: string | ArrayBuffer): Uint8Array {
  return new Uint8Array(bufferOf(answer));
}

function bodyValue(head: ResponseHead, text: string): unknown {
  const type = head.headers.find((pair) => pair[0].toLowerCase() === 'content-type')?.[1];
  if (type !== undefined && !/[/+]json\b/i.test(type)) return text;
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}
