import { call } from './run.ts';

/** Below this many characters a loop here is quicker than a question across threads. */
const smallChars = 4_000;

/** UTF-8 of a text; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > smallChars) return new Uint8Array(call('utf8-encode', text) as ArrayBuffer);
  const bytes = new Uint8Array(text.length * 3);
  let used = 0;
  for (let i = 0; i < text.length; i += 1) {
    let point = text.codePointAt(i) as number;
    if (point < 0x80) {
      bytes[used++] = point;
      continue;
    }
    if (point > 0xffff) i += 1;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x800) {
      bytes[used++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[used++] = 0xe0 | (point >> 12);
      } else {
        bytes[used++] = 0xf0 | (point >> 18);
        bytes[used++] = 0x80 | ((point >> 12) & 63);
      }
      bytes[used++] = 0x80 | ((point >> 6) & 63);
    }
    bytes[used++] = 0x80 | (point & 63);
  }
  return bytes.slice(0, used);
}

/** The text of UTF-8 bytes. What is malformed becomes U+FFFD, or with `fatal` makes the answer undefined. */
export function decodeUtf8(buffer: ArrayBuffer, fatal: boolean): string | undefined {
  const bytes = new Uint8Array(buffer);
  if (bytes.length <= smallChars) {
    let text = '';
    let i = 0;
    while (i < bytes.length && (bytes[i] as number) < 0x80) text += String.fromCharCode(bytes[i++] as number);
    if (i === bytes.length) return text;
  }
  return call('utf8-decode', buffer, fatal ? 'fatal' : undefined) as string | undefined;
}
