import type { PageText } from './page-data.ts';
import type { TraceBody } from './trace.ts';

/** Characters of one body, message or value that a page carries; a page with more of them would not open on a phone. */
const mostChars = 200_000;

/** A text for the page: what is JSON is indented, what is too long is cut. */
export function pageText(text: string, most = mostChars): PageText {
  const indented = text.length <= most ? indentedJson(text) : null;
  return cut(indented ?? text, indented === null ? 'text' : 'json', most);
}

/** A value as indented JSON. */
export function pageJson(value: unknown, most = mostChars): PageText {
  return cut(JSON.stringify(value, null, 2) ?? 'null', 'json', most);
}

/** A body for the page; bytes that are no text are shown as rows of hexadecimal digits. */
export function pageBody(body: TraceBody): PageText {
  if ('text' in body) return pageText(body.text);
  const bytes = Buffer.from(body.base64, 'base64');
  const shown = bytes.subarray(0, 4096);
  const rows = Array.from({ length: Math.ceil(shown.length / 16) }, (_, row) => hexRow(shown.subarray(row * 16, row * 16 + 16), row * 16));
  return { text: rows.join('\n'), omitted: bytes.length - shown.length, kind: 'binary' };
}

function cut(text: string, kind: PageText['kind'], most: number): PageText {
  return { text: text.slice(0, most), omitted: Math.max(0, text.length - most), kind };
}

/** Only objects and lists: a number or a word alone is as readable as it stands. */
function indentedJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** `00000010  48 65 6c 6c 6f  Hello`. */
function hexRow(bytes: Uint8Array, offset: number): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const characters = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.')).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${digits.padEnd(47)}  ${characters}`;
}
