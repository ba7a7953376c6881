import { defineProperty, parse } from './intrinsics.ts';
import { inspectTag } from './inspect-tag.ts';
import { call } from './run.ts';
import { type SearchParams, type SearchParamsClass, makeSearchParams } from './url-search-params.ts';

interface Parts {
  href: string;
  origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

const writable = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'] as const;

let made: { URL: unknown; URLSearchParams: SearchParamsClass } | null = null;

export function urlGlobals(): { URL: unknown; URLSearchParams: SearchParamsClass } {
  made ??= makeUrl();
  return made;
}

/** The parts of a URL, or null when it is not one. The worker parses what is not plain: that takes a trip between threads. */
function parsed(href: string, base?: string): Parts | null {
  const plain = base === undefined ? plainUrl(href) : null;
  if (plain !== null) return plain;
  const text = call('url', href, base) as string;
  return text === '' ? null : (parse(text) as Parts);
}

/** Only what needs no normalisation at all matches, and no host that could be an IPv4 address (a last label with a digit or `0x`). */
const plainPattern =
  /^(https?):\/\/((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z-]*[a-z])?)(?::([1-9][0-9]{0,3}))?(\/[A-Za-z0-9_~!$&()*+,;=:@/-]*)(\?[A-Za-z0-9._~!$&()*+,;=:@/?%-]*)?(#[A-Za-z0-9._~!$&()*+,;=:@/?%-]*)?$/;

function plainUrl(href: string): Parts | null {
  const match = plainPattern.exec(href);
  if (match === null) return null;
  const [, scheme = '', hostname = '', port = '', pathname = '', search = '', hash = ''] = match;
  // Punycode needs checking, an overlong name is invalid, and a default port is dropped: not for here.
  if (hostname.length > 200 || hostname.includes('xn--') || port === (scheme === 'http' ? '80' : '443')) return null;
  if (search === '?' || hash === '#') return null;
  const host = port === '' ? hostname : `${hostname}:${port}`;
  const protocol = `${scheme}:`;
  return { href, origin: `${protocol}//${host}`, protocol, username: '', password: '', host, hostname, port, pathname, search, hash };
}

function makeUrl(): { URL: unknown; URLSearchParams: SearchParamsClass } {
  const { URLSearchParams, boundTo, refill } = makeSearchParams();

  class URL {
    #parts: Parts;
    #params: SearchParams | null = null;

    constructor(href: unknown, base?: unknown) {
      const text = String(href);
      const parts = parsed(text, base === undefined ? undefined : String(base));
      if (parts === null) throw invalid(text);
      this.#parts = parts;
    }
    static canParse(href: unknown, base?: unknown): boolean {
      return parsed(String(href), base === undefined ? undefined : String(base)) !== null;
    }
    static parse(href: unknown, base?: unknown): URL | null {
      return URL.canParse(href, base) ? new URL(href, base) : null;
    }
    get origin(): string {
      return this.#parts.origin;
    }
    get searchParams(): SearchParams {
      this.#params ??= boundTo(this.#parts.search, (query) => this.#change('search', query, false));
      return this.#params;
    }
    toString(): string {
      return this.#parts.href;
    }
    toJSON(): string {
      return this.#parts.href;
    }
    [inspectTag](): unknown {
      return { ...this.#parts };
    }
    #change(property: string, value: string, refresh: boolean): void {
      const text =
        property === 'href'
          ? (call('url', value, undefined) as string)
          : (call('url-set', this.#parts.href, `${property}\n${value}`) as string);
      if (text === '') {
        if (property === 'href') throw invalid(value);
        return;
      }
      this.#parts = parse(text) as Parts;
      if (refresh && this.#params !== null) refill(this.#params, this.#parts.search);
    }
    static access(name: (typeof writable)[number]): PropertyDescriptor {
      return {
        enumerable: true,
        configurable: true,
        get(this: URL) {
          return this.#parts[name];
        },
        set(this: URL, value: unknown) {
          this.#change(name, String(value), true);
        },
      };
    }
  }
  for (const name of writable) defineProperty(URL.prototype, name, URL.access(name));
  // Only for the loop above: not a part of the standard class.
  delete (URL as { access?: unknown }).access;
  defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });
  return { URL, URLSearchParams };
}

function invalid(href: string): TypeError {
  const error = new TypeError('Invalid URL') as TypeError & { code: string; input: string };
  error.code = 'ERR_INVALID_URL';
  error.input = href;
  return error;
}
