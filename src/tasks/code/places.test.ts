import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Program } from '#engine/index.ts';
import { callableOf, loadText } from '../evaluate-for-test.ts';

interface Seen {
  file: string;
  line: number;
  column: number;
}

/** Where the topmost frame of an error lies in the author's file, found the way the engine is told to. */
async function placeOfThrow(program: Program): Promise<Seen> {
  let stack = '';
  try {
    await callableOf(program)({});
  } catch (error) {
    stack = (error as Error).stack!;
  }
  const at = /(main\.[a-z]+):(\d+):(\d+)/.exec(stack)!;
  let line = Number(at[2]);
  let column = Number(at[3]);
  const shift = program.columnShift;
  if (shift?.line === line && column >= shift.column + shift.by) column -= shift.by;
  if (program.sourceMap === null) return { file: at[1]!, line, column };
  const entry = new SourceMap(JSON.parse(program.sourceMap) as never).findEntry(line - 1, column - 1);
  if (!('originalLine' in entry)) throw new Error('unmapped');
  return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** The place of `new Error` in a text. */
function expected(text: string, file: string): Seen {
  const lines = text.split('\n');
  const line = lines.findIndex((candidate) => candidate.includes('new Error'));
  return { file, line: line + 1, column: lines[line]!.indexOf('new Error') + 1 };
}

const scripts: Readonly<Record<string, string>> = {
  'a function on the first line': "(function () { throw new Error('x'); })",
  'a bare function': "function () { throw new Error('x'); }",
  'a function after a statement on the same line': "const a = 1; (function () { throw new Error('x'); });",
  'a function after a directive': "'use strict'; () => { throw new Error('x'); }",
  'a function after other lines': "const a = 1; // one\n\n(function () {\n  throw new Error('x');\n});",
  'a main': "\n\nfunction main() {\n    throw new Error('x');\n}",
  'an export default': "export default function () { throw new Error('x'); }",
  'an export default on a later line': "export const a = 1;\nexport default async () => {\n  throw new Error('x');\n};",
  'an exported main': "export async function main() { throw new Error('x'); }",
  'module.exports': "module.exports = () => { throw new Error('x'); };",
  'Windows line ends': "const a = 1;\r\n(function () {\r\n  throw new Error('x');\r\n});",
};

describe('stack traces show the line and column of the author', () => {
  for (const [name, code] of Object.entries(scripts)) {
    it(`for ${name}`, async () => {
      const { program } = await loadText({ 'main.js': code });
      expect(await placeOfThrow(program)).toEqual(expected(code, 'main.js'));
    });
  }

  it('for TypeScript with an enum, types and a decorator', async () => {
    const code = [
      'enum Color { Red = 1, Green }',
      'interface Input { n: number }',
      'function plain<T extends (...args: never[]) => unknown>(value: T, _context: ClassMethodDecoratorContext) { return value; }',
      'class Work {',
      '  @plain run(input: Input): Color {',
      "    if (input) throw new Error('x');",
      '    return Color.Green;',
      '  }',
      '}',
      'export default (input: Input): Color => new Work().run(input);',
    ].join('\n');
    const { program } = await loadText({ 'main.ts': code });
    expect(await placeOfThrow(program)).toEqual(expected(code, 'main.ts'));
  });

  it('for a file that the main file imports', async () => {
    const inner = "// a comment\nexport type N = number;\n\nexport function fail(n: N): never {\n  throw new Error('x');\n}\n";
    const { program } = await loadText({
      'main.ts': "import { fail } from './lib/inner.ts';\nexport const main = () => fail(1);\n",
      'lib/inner.ts': inner,
    });
    expect(await placeOfThrow(program)).toEqual(expected(inner, 'lib/inner.ts'));
  });

  it('for a script that requires a file of its own', async () => {
    const code = "const { n } = require('./n');\n(function () {\n  throw new Error(String(n));\n});";
    const { program } = await loadText({ 'main.js': code, 'n.json': '{"n": 1}' });
    expect(await placeOfThrow(program)).toEqual(expected(code, 'main.js'));
  });
});
