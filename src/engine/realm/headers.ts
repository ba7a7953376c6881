import { defineProperty, isArray, keys } from './intrinsics.ts';
import { inspectTag } from './inspect-tag.ts';

export interface HeadersLike {
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
  forEach(callback: (value: string, name: string, headers: HeadersLike) => void, receiver?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  toJSON(): { [name: string]: string };
}

export type HeadersClass = new (init?: unknown) => HeadersLike;

let made: HeadersClass | null = null;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The global `Headers`: names in any case, several values of one name joined with a comma, iteration sorted by name. */
export function headersClass(): HeadersClass {
  if (made !== null) return made;

  class Headers implements HeadersLike {
    #values = new Map<string, string[]>();

    constructor(init?: unknown) {
      for (const [name, value] of headerPairs(init)) this.append(name, value);
    }
    get(name: string): string | null {
      const values = this.#values.get(nameOf(name));
      return values === undefined ? null : values.join(', ');
    }
    has(name: string): boolean {
      return this.#values.has(nameOf(name));
    }
    set(name: string, value: string): void {
      this.#values.set(nameOf(name), [valueOf(value)]);
    }
    append(name: string, value: string): void {
      const key = nameOf(name);
      const values = this.#values.get(key);
      if (values === undefined) this.#values.set(key, [valueOf(value)]);
      else values.push(valueOf(value));
    }
    delete(name: string): void {
      this.#values.delete(nameOf(name));
    }
    getSetCookie(): string[] {
      return [...(this.#values.get('set-cookie') ?? [])];
    }
    forEach(callback: (value: string, name: string, headers: HeadersLike) => void, receiver?: unknown): void {
      for (const [name, value] of this.entries()) callback.call(receiver, value, name, this);
    }
    *entries(): IterableIterator<[string, string]> {
      for (const name of [...this.#values.keys()].toSorted()) {
        if (name === 'set-cookie') for (const cookie of this.getSetCookie()) yield [name, cookie];
        else yield [name, this.get(name) as string];
      }
    }
    *keys(): IterableIterator<string> {
      for (const [name] of this.entries()) yield name;
    }
    *values(): IterableIterator<string> {
      for (const [, value] of this.entries()) yield value;
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.entries();
    }
    toJSON(): { [name: string]: string } {
      const plain: { [name: string]: string } = {};
      for (const name of [...this.#values.keys()].toSorted()) defineProperty(plain, name, open(this.get(name)));
      return plain;
    }
    [inspectTag](): unknown {
      return this.toJSON();
    }
  }
  defineProperty(Headers.prototype, Symbol.toStringTag, { value: 'Headers', configurable: true });
  made = Headers;
  return made;
}

/**
 * The headers of a response: a `Headers` whose values can also be read and listed as plain properties (`headers['content-type']`),
 * as tasks written for the older synchronous fetch do.
 */
export function readableHeaders(pairs: readonly (readonly [string, string])[]): HeadersLike {
  const headers = new (headersClass())(pairs);
  const own = (key: string | symbol): string | undefined =>
    typeof key === 'string' && !(key in headers) && token.test(key) ? (headers.get(key) ?? undefined) : undefined;
  return new Proxy(headers, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === 'function') return value.bind(target);
      return value === undefined ? own(key) : value;
    },
    has: (target, key) => key in target || own(key) !== undefined,
    ownKeys: (target) => keys(target.toJSON()),
    getOwnPropertyDescriptor: (_target, key) => {
      const value = own(key);
      return value === undefined ? undefined : open(value);
    },
  });
}

/** Names and values from everything `headers` may be: nothing, pairs, a Headers, or a plain object. Throws TypeError. */
export function headerPairs(init: unknown): [string, string][] {
  if (init === undefined || init === null) return [];
  if (typeof init !== 'object') throw new TypeError('Headers must be an object or a list of pairs');
  const pairs: [string, string][] = [];
  if (isArray(init) || Symbol.iterator in init) {
    for (const pair of init as Iterable<unknown>) {
      if (!isArray(pair) || pair.length !== 2) throw new TypeError('Each header must be a pair of name and value');
      pairs.push([checkedName(pair[0]), valueOf(pair[1])]);
    }
    return pairs;
  }
  for (const name of keys(init)) {
    const value = (init as { [name: string]: unknown })[name];
    // `{authorization: token && ...}`: an undefined value means no header rather than the text "undefined".
    if (value !== undefined) pairs.push([checkedName(name), valueOf(value)]);
  }
  return pairs;
}

function checkedName(name: unknown): string {
  const text = String(name);
  if (!token.test(text)) throw new TypeError(`${JSON.stringify(text.slice(0, 100))} is not a header name`);
  return text;
}

function nameOf(name: unknown): string {
  return checkedName(name).toLowerCase();
}

function valueOf(value: unknown): string {
  const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  // A line break would smuggle in another header.
  if (/[\0\r\n]/.test(text)) throw new TypeError('A header value must not contain a line break');
  return text;
}

function open(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
