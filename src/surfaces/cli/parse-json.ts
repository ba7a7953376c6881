import { firstBadOffset, jsonFaultAt, type Json } from '#kernel/index.ts';
import { inputNotJson } from './errors.ts';

/**
 * Parses JSON a person wrote, and says where it stops being JSON.
 * @param source what to call the text: `--input-json`, a file name, `standard input`
 * @throws INPUT_NOT_JSON with line and column, from 1
 */
export function parseJson(text: string, source: string): Json {
  // A byte-order mark is what some editors put first; it is not part of the value.
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(bare) as Json;
  } catch (caught) {
    const offset = firstBadOffset(bare);
    const before = bare.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    throw inputNotJson({ source, line, column, detail: jsonFaultAt(bare, offset), excerpt: excerptAt(bare, offset) }, caught);
  }
}

function excerptAt(text: string, offset: number): string {
  const excerpt = text
    .slice(Math.max(0, offset - 15), offset + 15)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return excerpt === '' ? '' : JSON.stringify(excerpt);
}
