import { createCipheriv, createHash, type Cipheriv } from 'node:crypto';

const digests: Readonly<Record<string, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const mostRandomBytes = 65_536;

/**
 * The seeded generator of one execution: the key stream of ChaCha20 under the execution's seed. Cryptographically strong for whoever
 * does not know the seed, and the same again in a replay.
 */
export class RandomBytes {
  readonly #cipher: Cipheriv;

  /** @param seed 64 hex digits */
  constructor(seed: string) {
    this.#cipher = createCipheriv('chacha20', Buffer.from(seed, 'hex'), Buffer.alloc(16));
  }

  next(count: number): Buffer {
    return this.#cipher.update(Buffer.alloc(Math.min(count, mostRandomBytes)));
  }
}

/**
 * Answers what a realm cannot work out itself (see `Call` in realm/contract.ts). Everything here is pure: no clock, no network, no files.
 * Arguments come from hostile code, so types are checked and a wrong one gets undefined.
 */
export function answerQuestion(question: unknown, a: unknown, b: unknown, random: () => RandomBytes): unknown {
  switch (question) {
    case 'url':
      return typeof a === 'string' ? describeUrl(a, typeof b === 'string' ? b : undefined) : '';
    case 'url-set':
      return typeof a === 'string' && typeof b === 'string' ? changeUrl(a, b) : '';
    case 'digest': {
      const algorithm = typeof a === 'string' && Object.hasOwn(digests, a) ? digests[a] : undefined;
      if (algorithm === undefined || !(b instanceof ArrayBuffer)) return undefined;
      return toArrayBuffer(createHash(algorithm).update(new Uint8Array(b)).digest());
    }
    case 'random':
      return typeof a === 'number' && a >= 0 ? toArrayBuffer(random().next(a)) : undefined;
    case 'utf8-decode':
      if (!(a instanceof ArrayBuffer)) return undefined;
      try {
        return new TextDecoder('utf-8', { fatal: b === 'fatal', ignoreBOM: true }).decode(a);
      } catch {
        return undefined;
      }
    case 'utf8-encode':
      return typeof a === 'string' ? toArrayBuffer(Buffer.from(a)) : undefined;
    default:
      return undefined;
  }
}

const settable = new Set(['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']);
type Settable = 'href' | 'protocol' | 'username' | 'password' | 'host' | 'hostname' | 'port' | 'pathname' | 'search' | 'hash';

function describeUrl(href: string, base: string | undefined): string {
  const url = URL.parse(href, base);
  return url ? urlJson(url) : '';
}

function changeUrl(href: string, change: string): string {
  const url = URL.parse(href);
  const cut = change.indexOf('\n');
  const property = change.slice(0, cut);
  if (!url || !settable.has(property)) return '';
  try {
    url[property as Settable] = change.slice(cut + 1);
  } catch {
    return '';
  }
  return urlJson(url);
}

function urlJson(url: URL): string {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return JSON.stringify({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash });
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
