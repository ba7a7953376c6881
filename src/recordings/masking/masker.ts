import { isUtf8 } from 'node:buffer';
import { isPlaceholder, placeholderFor } from './placeholder.ts';
import type { IsSecretName } from './secret-names.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

/** Shorter values stand for too much else to be replaced wherever they appear; they are masked in their own place only. */
const shortestEverywhere = 4;
const mostSecrets = 2_000;
/** JSON is looked through place by place down to here; what is deeper is one text. */
const deepestJson = 1_000;

/** What gives a secret away by its looks, whatever it is called. */
const shapes: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['jwt', /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g],
  ['aws_key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['github_token', /\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,})/g],
  ['slack_token', /\bxox[abeoprs]-[\w-]{10,}/g],
  ['api_key', /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}/g],
  ['private_key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g],
  ['url_password', /(?<=:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/g],
];

/** Objects of this name hold one secret per field; in others, such as `auth`, a field says for itself what it is. */
const holdsSecretsOnly = /(?:secrets?|credentials?|passwords|tokens|api[-_]?keys)$/i;

const jsonField = /"((?:[^"\\]|\\.){1,100})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;
const scheme = /^(Basic|Bearer|Digest|Token|ApiKey|Negotiate|AWS4-HMAC-SHA256)\s+(.+)$/is;

/**
 * Finds secrets by their names and looks, and then takes their values out of everything. First `learn...` whatever may hold one, then
 * mask: a token that arrives in one answer shows up in the next request, in a log line, in the output.
 */
export class Masker {
  readonly #isSecretName: IsSecretName;
  readonly #byValue = new Map<string, string>();
  readonly #used = new Set<string>();
  #pattern: RegExp | null | undefined;
  #forms = new Map<string, string>();

  constructor(isSecretName: IsSecretName) {
    this.#isSecretName = remembering(isSecretName);
  }

  /** Names of what was found, in the order in which it was found. */
  get names(): string[] {
    return [...new Set(this.#byValue.values())].map((text) => text.slice('__secret_'.length, -2));
  }

  learn(name: string, value: string): void {
    if (value === '' || isPlaceholder(value) || this.#byValue.has(value) || this.#byValue.size >= mostSecrets) return;
    let own = placeholderFor(name);
    for (let count = 2; this.#used.has(own); count++) own = placeholderFor(`${name}_${count}`);
    this.#used.add(own);
    this.#byValue.set(value, own);
    this.#pattern = undefined;
  }

  /** Looks through a text: JSON, a form, or any other. */
  learnText(text: string): void {
    this.learnNamed(text);
    // What has a name of its own is known by that, not by its looks.
    this.learnShapes(text);
  }

  /** Looks for secrets by their names alone: those that give themselves away by their looks do so wherever they turn up. */
  learnNamed(text: string): void {
    const value = parsed(text);
    if (value !== undefined) return this.#learnJson(value, null, 0);
    for (const [, name, , written] of text.matchAll(jsonField)) {
      if (this.#isSecretName(name!)) this.learn(name!, parsed(`"${written}"`) as string);
    }
    for (const [name, field] of formOf(text) ?? []) if (this.#isSecretName(name)) this.learn(name, field);
  }

  learnBytes(body: Uint8Array | null, by: 'names' | 'names and looks' = 'names and looks'): void {
    if (body === null || body.byteLength === 0 || !isUtf8(body)) return;
    if (by === 'names') this.learnNamed(textOf(body));
    else this.learnText(textOf(body));
  }

  learnUrl(url: string): void {
    const parts = URL.parse(url);
    for (const [name, value] of parts?.searchParams ?? []) if (this.#isSecretName(name)) this.learn(name, value);
    if (parts?.password) this.learn('url_password', decodeURIComponent(parts.password));
    this.learnShapes(url);
  }

  learnShapes(text: string): void {
    for (const [name, pattern] of shapes) for (const [found] of text.matchAll(pattern)) this.learn(name, found);
  }

  learnHeaders(headers: Pairs): void {
    for (const [name, value] of headers) {
      const secrets = this.#isSecretName(name) ? secretsOfHeader(name, value) : [];
      for (const [label, secret] of secrets) this.learn(label, secret);
      this.learnShapes(value);
    }
  }

  #learnJson(value: unknown, under: string | null, depth: number): void {
    if (depth > 200) return;
    if (typeof value === 'string') {
      if (under !== null) this.learn(under, value);
    } else if (Array.isArray(value)) {
      for (const item of value) this.#learnJson(item, under, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, field] of Object.entries(value)) {
        const isObject = typeof field === 'object' && field !== null && !Array.isArray(field);
        const inherits = this.#isSecretName(name) && (!isObject || holdsSecretsOnly.test(name));
        this.#learnJson(field, inherits ? name : under, depth + 1);
      }
    }
  }

  /** The text with every value that was learned replaced, in the forms it takes in JSON, URLs, forms and base64. */
  text(text: string): string {
    if (this.#byValue.size === 0) return text;
    this.#prepare();
    const masked = this.#pattern ? text.replaceAll(this.#pattern, (found) => this.#forms.get(found)!) : text;
    if (!masked.includes('"')) return masked;
    return masked.replaceAll(jsonField, (whole, name: string, colon: string, written: string) => {
      if (!this.#isSecretName(name)) return whole;
      const own = this.#byValue.get(parsed(`"${written}"`) as string);
      return own === undefined ? whole : `"${name}"${colon}"${own}"`;
    });
  }

  /** The same for JSON text, which stays JSON whatever a secret looks like: its texts are replaced, and never its signs. */
  json(text: string): string {
    if (this.#byValue.size === 0) return text;
    const value = parsed(text);
    return value === undefined ? this.text(text) : JSON.stringify(this.#jsonWithout(value, 0));
  }

  #jsonWithout(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > deepestJson) return this.text(JSON.stringify(value));
    if (Array.isArray(value)) return value.map((item) => this.#jsonWithout(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, field]: [string, unknown]) => {
        const own = typeof field === 'string' && this.#isSecretName(name) ? this.#byValue.get(field) : undefined;
        return [this.text(name), own ?? this.#jsonWithout(field, depth + 1)];
      }),
    );
  }

  bytes(body: Uint8Array): Uint8Array {
    if (this.#byValue.size === 0 || body.byteLength === 0 || !isUtf8(body)) return body;
    const before = textOf(body);
    const form = formOf(before);
    const after = form?.some(([name, value]) => this.#isShortSecret(name, value)) ? this.#form(form) : this.text(before);
    return after === before ? body : Buffer.from(after);
  }

  url(url: string): string {
    const parts = URL.parse(url);
    const params = parts === null ? [] : [...parts.searchParams];
    if (parts === null || !params.some(([name, value]) => this.#isShortSecret(name, value))) return this.text(url);
    parts.search = this.#form(params);
    return this.text(parts.href);
  }

  headers(headers: Pairs): [string, string][] {
    return headers.map(([name, value]) => {
      if (!this.#isSecretName(name)) return [name, this.text(value)];
      let masked = value;
      for (const [, secret] of secretsOfHeader(name, value)) masked = masked.replace(secret, this.#byValue.get(secret) ?? secret);
      return [name, this.text(masked)];
    });
  }

  #isShortSecret(name: string, value: string): boolean {
    return value.length < shortestEverywhere && this.#byValue.has(value) && this.#isSecretName(name);
  }

  #form(pairs: Pairs): string {
    const masked = pairs.map(([name, value]): [string, string] => [
      name,
      this.#isSecretName(name) ? (this.#byValue.get(value) ?? value) : value,
    ]);
    return this.text(new URLSearchParams(masked).toString());
  }

  #prepare(): void {
    if (this.#pattern !== undefined) return;
    const forms = new Map<string, string>();
    for (const [value, own] of this.#byValue) {
      if (value.length < shortestEverywhere) continue;
      for (const form of formsOf(value)) if (!forms.has(form)) forms.set(form, own);
    }
    this.#forms = forms;
    // Longer first, or a secret that begins like another would be cut in two.
    const longestFirst = [...forms.keys()].toSorted((a, b) => b.length - a.length);
    this.#pattern =
      longestFirst.length === 0
        ? null
        : new RegExp(longestFirst.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  }
}

/** Thousands of objects in one answer have the same few names. */
function remembering(isSecretName: IsSecretName): IsSecretName {
  const known = new Map<string, boolean>();
  return (name) => {
    const said = known.get(name);
    if (said !== undefined) return said;
    const is = isSecretName(name);
    if (known.size < 10_000) known.set(name, is);
    return is;
  };
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 =
    value.length < 6 ? [] : [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  let inUrl = value;
  try {
    inUrl = encodeURIComponent(value);
  } catch {
    // Half of a surrogate pair has no form in a URL.
  }
  return [value, JSON.stringify(value).slice(1, -1), inUrl, new URLSearchParams([['', value]]).toString().slice(1), ...base64];
}

/** What is secret in a header: the credentials after the scheme, each cookie's value, else all of it. */
function secretsOfHeader(name: string, value: string): [label: string, secret: string][] {
  if (name === 'cookie' || name === 'set-cookie') {
    const cookies = name === 'cookie' ? value.split(';') : [value.split(';')[0]!];
    return cookies.flatMap((cookie): [string, string][] => {
      const cut = cookie.indexOf('=');
      const secret = cookie.slice(cut + 1).trim();
      return cut < 0 || secret === '' ? [] : [[`cookie_${cookie.slice(0, cut).trim()}`, secret]];
    });
  }
  const credentials = scheme.exec(value)?.[2] ?? value;
  const [user, password] = /^basic\s/i.test(value) ? splitBasic(credentials) : [];
  return [[name, credentials], ...(user && password ? [[`${name}_password`, password] as [string, string]] : [])];
}

function splitBasic(credentials: string): string[] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  return cut < 0 ? [] : [text.slice(0, cut), text.slice(cut + 1)];
}

function formOf(text: string): [string, string][] | null {
  if (text.length > 1_000_000 || !/^[\w.%[\]+-]{1,200}=/.test(text) || /[\s{}<>"]/.test(text)) return null;
  return [...new URLSearchParams(text)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
