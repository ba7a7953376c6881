import { eventGlobals } from './events.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text whose characters are bytes. */
function btoa(data: unknown): string {
  const text = String(data);
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    if (a > 255 || b > 255 || c > 255) {
      throw new (eventGlobals().DOMException)('btoa takes characters up to U+00FF only', 'InvalidCharacterError');
    }
    // Past the end charCodeAt gives NaN, which the bit operators take for 0.
    out += `${alphabet[a >> 2]}${alphabet[((a & 3) << 4) | (b >> 4)]}`;
    out += i + 1 < text.length ? alphabet[((b & 15) << 2) | (c >> 6)] : '=';
    out += i + 2 < text.length ? alphabet[c & 63] : '=';
  }
  return out;
}

/** The inverse of btoa; forgiving about white space and missing padding, as the standard says. */
function atob(data: unknown): string {
  let text = String(data).replace(/[\t\n\f\r ]/g, '');
  if (text.length % 4 === 0) text = text.replace(/==?$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
    throw new (eventGlobals().DOMException)('The string to be decoded is not correctly encoded', 'InvalidCharacterError');
  }
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i += 1) {
    bits = (bits << 6) | alphabet.indexOf(text[i] as string);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((bits >> held) & 255);
      bits &= (1 << held) - 1;
    }
  }
  return out;
}

let made: { [name: string]: unknown } | null = null;

export function textGlobals(): { [name: string]: unknown } {
  made ??= makeText();
  return made;
}

function makeText(): { [name: string]: unknown } {
  class TextEncoder {
    get encoding(): string {
      return 'utf-8';
    }
    encode(text: unknown = ''): Uint8Array {
      return encodeUtf8(String(text));
    }
    encodeInto(text: unknown, target: Uint8Array): { read: number; written: number } {
      let read = 0;
      let written = 0;
      for (const character of String(text)) {
        const bytes = encodeUtf8(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  }

  class TextDecoder {
    readonly encoding = 'utf-8';
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    /** With `stream`: the bytes of a character that has not ended yet. */
    #rest = new Uint8Array(0);
    #started = false;
    constructor(label: unknown = 'utf-8', options?: { fatal?: boolean; ignoreBOM?: boolean }) {
      if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(String(label))) {
        throw new RangeError(`The "${String(label)}" encoding is not supported; only utf-8 is`);
      }
      this.fatal = options?.fatal === true;
      this.ignoreBOM = options?.ignoreBOM === true;
    }
    decode(input?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string {
      let bytes = joined(this.#rest, bytesOf(input));
      const whole = options?.stream === true ? completeLength(bytes) : bytes.length;
      this.#rest = bytes.slice(whole);
      bytes = bytes.slice(0, whole);
      let text = decodeUtf8(bytes.buffer, this.fatal);
      if (text === undefined) throw new TypeError('The encoded data was not valid for encoding utf-8');
      if (!this.ignoreBOM && !this.#started && text.startsWith('\uFEFF')) text = text.slice(1);
      this.#started = options?.stream === true && (this.#started || bytes.length > 0);
      return text;
    }
  }

  return { TextEncoder, TextDecoder, atob, btoa };
}

function bytesOf(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array<ArrayBuffer> {
  if (input === undefined) return new Uint8Array(0);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer as ArrayBuffer, input.byteOffset, input.byteLength);
  throw new TypeError('TextDecoder.decode needs an ArrayBuffer or a typed array');
}

function joined(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** How many bytes are left when a last, unfinished character is set aside. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
