import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';
import { coverageMapOf, type CoverageMap } from './coverage-map.ts';
import { fileHitsOf } from './file-hits.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await engineOf();
});
afterAll(() => test.engine.close());

async function taskOf(files: Record<string, string>): Promise<Task> {
  const metadata = JSON.stringify({ uuid: '00000000-0000-4000-8000-0000000000cd', version: '1.0.0', label: 'mapped' });
  return loadFrom(filesFromMemory('mapped', { 'metadata.json': metadata, ...files }));
}

async function mapOf(files: Record<string, string> | string, ...inputs: unknown[]): Promise<CoverageMap> {
  const task = await taskOf(typeof files === 'string' ? { 'main.js': files } : files);
  const map = coverageMapOf(task);
  for (const input of inputs) {
    const { insights, outcome } = await test.run(task.program, { input, instruments: { coverage: true } });
    expect(outcome.error).toBeNull();
    map.add(insights!.coverage!);
  }
  return map;
}

const linesOf = (map: CoverageMap, file = 'main.js') =>
  Object.fromEntries(
    fileHitsOf(map)
      .find((one) => one.file === file)!
      .lines.map(({ line, count }) => [line, count]),
  );
const functionsOf = (map: CoverageMap) =>
  Object.fromEntries(map.functions.map(({ name, position, count }) => [`${name}:${position.line}`, count]));
const branchesOf = (map: CoverageMap) =>
  map.branches.map(({ kind, position, arms }) => `${kind} ${position.line}:${position.column} ${arms.map(({ count }) => count).join(',')}`);

describe('the map of a task’s code', () => {
  it('counts the author’s lines and none of ours, in each form a task can have', async () => {
    const declared = 'function helper() {\n  return 1;\n}\n\nfunction main(input) {\n  return helper();\n}\n';
    expect(linesOf(await mapOf(declared, {}))).toEqual({ 2: 1, 6: 1 });
    const behind = 'function helper() {\n  return 1;\n}\n\n(function (input) {\n  return helper();\n})\n';
    expect(linesOf(await mapOf(behind, {}))).toEqual({ 2: 1, 6: 1 });
    const alone = '// why\n(async (input) => {\n  return 1;\n})';
    expect(linesOf(await mapOf(alone, {}))).toEqual({ 3: 1 });
    const exported = 'export const factor = 2;\nexport default function (input) {\n  return factor;\n}\n';
    expect(linesOf(await mapOf(exported, {}))).toEqual({ 1: 1, 3: 1 });
    const shifted = 'const base = 1; (function (input) { if (input.x) { return 2; } return base; })';
    expect(branchesOf(await mapOf(shifted, {}))).toEqual([`if 1:${shifted.indexOf('if') + 1} 0,1`]);
    const moduleExports = 'module.exports = {\n  main(input) {\n    return 1;\n  },\n};\n';
    expect(linesOf(await mapOf(moduleExports, {}))).toEqual({ 1: 1, 3: 1 });
  });

  it('knows how often each function was called, however it is written', async () => {
    const code = `class Shape {
  static made = (() => 0)();
  size = [1].map((n) => n)[0];
  #hidden() { return 1; }
  static of(n) { return new Shape(n); }
  constructor(n = 1) { this.n = n; }
  async later() { return this.#hidden(); }
  get twice() { return this.n * 2; }
  *each() { yield 1; }
  ['com' + 'puted']() { return 1; }
}
const chain = (a) => (b) => (c) => a + b + c;
const table = { plain: function () { return 1; }, arrow: async () => 1, short() { return 1; } };
async function main(input) {
  const shape = Shape.of(2);
  await shape.later();
  new Shape(3);
  const half = typeof chain(1)(2);
  table.short();
  return [shape.twice, half];
}
`;
    expect(functionsOf(await mapOf(code, {}))).toEqual({
      ':2': 1,
      ':3': 2,
      '#hidden:4': 1,
      'of:5': 1,
      'constructor:6': 2,
      'later:7': 1,
      'twice:8': 1,
      'each:9': 0,
      ':10': 0,
      'chain:12': 1,
      ':12': 0,
      'plain:13': 0,
      'arrow:13': 0,
      'short:13': 1,
      'main:14': 1,
    });
  });

  it('counts the ways that code can take, and not optional chaining, in which nothing is chosen', async () => {
    const code = `function main(input, context, more = { a: 1 }) {
  const { y = 1, z: [w = 2] = [] } = input;
  const name = input.a?.b?.c ?? 'none';
  let all = input.x && (input.y || y) && w;
  switch (input.n) {
    case 1:
    case 2:
      all = 1;
      break;
    default:
      all = 2;
  }
  for (const i of [1, 2, 3]) if (i > 1) continue; else all += i;
  try {
    if (all > 100) throw new Error('large');
  } catch {
    all = 0;
  }
  return input.n ? name : all;
}
`;
    expect(branchesOf(await mapOf(code, { x: 1, n: 1 }, { n: 3 }, {}))).toEqual([
      'default-arg 1:31 3',
      'default-arg 2:11 3',
      'default-arg 2:21 3',
      'default-arg 2:22 3',
      'binary-expr 3:16 3,3',
      'binary-expr 4:13 3,1,1,1',
      'switch 5:3 1,1,2',
      'if 13:30 6,3',
      'if 15:5 0,3',
      'cond-expr 19:10 2,1',
    ]);
  });

  it('speaks of TypeScript as it was written, whatever it became', async () => {
    const files = {
      'main.ts': `import { old } from './old.js'; import data from './data.json';
/* the kinds */ import type { Kind } from './kinds.ts';
/* and what */ import { Level, kindOf } from './kinds.ts';

namespace Util {
  export function twice(x: number): number {
    return x ? x * 2 : 0;
  }
}

class Point {
  constructor(readonly x: number, private y = 2) {}
  sum(): number { return this.x + this.y; }
}

export default function main(input: { n?: number }): unknown {
  const kind: Kind = kindOf(input.n ?? 1);
  const f = (x: number): number => x && Util.twice(x);
  return [kind, f(3), old(1), new Point(1, 5).sum(), data.a, Level.High];
}
`,
      'kinds.ts': `export enum Level {
  Low,
  High = 7,
}
export type Kind = 'a' | 'b';
export function kindOf(n: number = Level.Low): Kind {
  if (n > 1) {
    return 'a';
  }
  return 'b';
}
`,
      'old.js': `exports.old = function (x) {\n  return x || 2;\n};\nexports.unused = () => 1;\n`,
      'data.json': '{"a": 1}',
    };
    const map = await mapOf(files, {});
    expect([...new Set(fileHitsOf(map).map(({ file }) => file))]).toEqual(['kinds.ts', 'main.ts', 'old.js']);
    expect(linesOf(map, 'kinds.ts')).toEqual({ 7: 1, 8: 0, 10: 1 });
    expect(linesOf(map, 'old.js')).toEqual({ 1: 1, 2: 1, 4: 1 });
    expect(functionsOf(map)).toEqual({
      'twice:6': 1,
      'constructor:12': 1,
      'sum:13': 1,
      'main:16': 1,
      'f:18': 1,
      'kindOf:6': 1,
      'old:1': 1,
      'unused:4': 0,
    });
    expect(branchesOf(map).toSorted()).toEqual(
      [
        'cond-expr 7:12 1,0',
        'default-arg 12:43 0',
        'binary-expr 17:29 1,1',
        'binary-expr 18:36 1,1',
        'default-arg 6:24 0',
        'if 7:3 0,1',
        'binary-expr 2:10 1,0',
      ].toSorted(),
    );
  });

  it('says nothing of code it cannot read, and fails nobody for it', async () => {
    const { program, files } = await taskOf({ 'main.js': 'function main() { return 1; }' });
    const deep = `(function (module, exports) {\nreturn ${'['.repeat(20_000)}${']'.repeat(20_000)}\n})`;
    for (const script of [deep, '(function ({', '']) {
      const map = coverageMapOf({ program: { ...program, script }, files });
      expect([map.statements, map.functions, map.branches]).toEqual([[], [], []]);
    }
  });
});
