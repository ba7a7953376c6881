import { defineProperty, isArray } from './intrinsics.ts';
import { inspectTag } from './inspect-tag.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export interface SearchParams {
  append(name: string, value: string): void;
  toString(): string;
}

export type SearchParamsClass = new (init?: unknown) => SearchParams;

type Pair = [name: string, value: string];

interface Made {
  URLSearchParams: SearchParamsClass;
  /** The `searchParams` of a URL: every change is told to `changed`. */
  boundTo(search: string, changed: (query: string) => void): SearchParams;
  /** The URL changed: its `searchParams` follow. */
  refill(params: SearchParams, search: string): void;
}

export function makeSearchParams(): Made {
  class URLSearchParams implements SearchParams {
    #pairs: Pair[];
    #changed: ((query: string) => void) | null = null;

    constructor(init?: unknown) {
      this.#pairs = pairsOf(init);
    }
    static bind(search: string, changed: (query: string) => void): URLSearchParams {
      const params = new URLSearchParams(search);
      params.#changed = changed;
      return params;
    }
    static refill(params: URLSearchParams, search: string): void {
      params.#pairs = pairsOf(search);
    }
    get size(): number {
      return this.#pairs.length;
    }
    append(name: unknown, value: unknown): void {
      this.#pairs.push([scalarText(name), scalarText(value)]);
      this.#tell();
    }
    delete(name: unknown, value?: unknown): void {
      const key = scalarText(name);
      const only = value === undefined ? null : scalarText(value);
      this.#pairs = this.#pairs.filter((pair) => pair[0] !== key || (only !== null && pair[1] !== only));
      this.#tell();
    }
    get(name: unknown): string | null {
      const key = scalarText(name);
      return this.#pairs.find((pair) => pair[0] === key)?.[1] ?? null;
    }
    getAll(name: unknown): string[] {
      const key = scalarText(name);
      return this.#pairs.filter((pair) => pair[0] === key).map((pair) => pair[1]);
    }
    has(name: unknown, value?: unknown): boolean {
      const key = scalarText(name);
      return this.#pairs.some((pair) => pair[0] === key && (value === undefined || pair[1] === scalarText(value)));
    }
    set(name: unknown, value: unknown): void {
      const key = scalarText(name);
      const found = this.#pairs.find((pair) => pair[0] === key);
      if (found === undefined) this.#pairs.push([key, scalarText(value)]);
      else {
        found[1] = scalarText(value);
        this.#pairs = this.#pairs.filter((pair) => pair === found || pair[0] !== key);
      }
      this.#tell();
    }
    sort(): void {
      // By UTF-16 units, which is what < compares; equal names keep their order.
      this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#tell();
    }
    forEach(callback: (value: string, name: string, params: URLSearchParams) => void, receiver?: unknown): void {
      for (const [name, value] of this.entries()) callback.call(receiver, value, name, this);
    }
    *entries(): IterableIterator<Pair> {
      for (let i = 0; i < this.#pairs.length; i += 1) yield [...(this.#pairs[i] as Pair)];
    }
    *keys(): IterableIterator<string> {
      for (const pair of this.entries()) yield pair[0];
    }
    *values(): IterableIterator<string> {
      for (const pair of this.entries()) yield pair[1];
    }
    [Symbol.iterator](): IterableIterator<Pair> {
      return this.entries();
    }
    toString(): string {
      return this.#pairs.map((pair) => `${encoded(pair[0])}=${encoded(pair[1])}`).join('&');
    }
    [inspectTag](): unknown {
      return Object.fromEntries(this.#pairs);
    }
    #tell(): void {
      this.#changed?.(this.toString());
    }
  }
  defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: 'URLSearchParams', configurable: true });
  const { bind, refill } = URLSearchParams;
  delete (URLSearchParams as { bind?: unknown }).bind;
  delete (URLSearchParams as { refill?: unknown }).refill;
  return { URLSearchParams, boundTo: bind, refill: refill };
}

function pairsOf(init: unknown): Pair[] {
  if (init === undefined || init === null) return init === null ? [['null', '']] : [];
  if (typeof init !== 'object' && typeof init !== 'function') return parsedQuery(scalarText(init));
  if (Symbol.iterator in init) {
    const pairs: Pair[] = [];
    for (const item of init as Iterable<unknown>) {
      const pair = isArray(item) ? item : [...(item as Iterable<unknown>)];
      if (pair.length !== 2) throw new TypeError('Each query pair must be a pair of name and value');
      pairs.push([scalarText(pair[0]), scalarText(pair[1])]);
    }
    return pairs;
  }
  const pairs = new Map<string, string>();
  for (const name of Object.keys(init)) pairs.set(scalarText(name), scalarText((init as { [name: string]: unknown })[name]));
  return [...pairs];
}

function parsedQuery(query: string): Pair[] {
  const text = query.startsWith('?') ? query.slice(1) : query;
  const pairs: Pair[] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    pairs.push([decoded(at < 0 ? part : part.slice(0, at)), decoded(at < 0 ? '' : part.slice(at + 1))]);
  }
  return pairs;
}

/** Lone surrogates cannot be encoded: the standard replaces them on the way in. */
function scalarText(value: unknown): string {
  return String(value).toWellFormed();
}

function encoded(text: string): string {
  if (/^[A-Za-z0-9*\-._]*$/.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function decoded(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    // Right for well-formed input; a lone % or broken UTF-8 makes it throw, and the standard keeps or replaces those.
    return decodeURIComponent(spaced);
  } catch {
    const bytes: number[] = [];
    const source = encodeUtf8(spaced);
    for (let i = 0; i < source.length; i += 1) {
      const pair = source[i] === 37 ? String.fromCharCode(source[i + 1] ?? 0, source[i + 2] ?? 0) : '';
      if (/^[0-9a-fA-F]{2}$/.test(pair)) {
        bytes.push(parseInt(pair, 16));
        i += 2;
      } else bytes.push(source[i] as number);
    }
    return decodeUtf8(new Uint8Array(bytes).buffer, false) as string;
  }
}
