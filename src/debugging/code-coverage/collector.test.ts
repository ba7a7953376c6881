import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';
import { createCoverageCollector } from './collector.ts';

const settings = settingsFrom({ 'engine.workers': 1 });
let engine: Engine;
let effects: EffectsProvider;
let executions: Executions;

beforeAll(async () => {
  engine = await createEngine(settings);
  effects = createLiveEffects(settings);
  executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
});
afterAll(async () => {
  await engine.close();
  await effects.close();
});

async function coverageOf(files: Record<string, string> | string, ...inputs: unknown[]) {
  const metadata = JSON.stringify({ uuid: '00000000-0000-4000-8000-0000000000cc', version: '1.0.0', label: 'covered' });
  const own = typeof files === 'string' ? { 'main.js': files } : files;
  const task = await loadFrom(filesFromMemory('covered', { 'metadata.json': metadata, ...own }));
  const collector = createCoverageCollector();
  for (const input of inputs) {
    collector.add(await executions.run({ task, input: JSON.stringify(input), instruments: collector.instruments() }), task);
  }
  return collector.report();
}

/** One file's report in short: covered of total, and places. */
async function shortly(code: string, ...inputs: unknown[]) {
  const { lines, branches, functions } = (await coverageOf(code, ...inputs))!.files[0]!;
  return {
    lines: `${lines.covered}/${lines.total}`,
    branches: `${branches.covered}/${branches.total}`,
    functions: `${functions.covered}/${functions.total}`,
    missing: [
      ...lines.uncovered.map(({ from, to }) => `lines ${from}-${to}`),
      ...branches.uncovered.map(({ line, column }) => `branch ${line}:${column}`),
      ...functions.uncovered.map(({ name, line }) => `function ${name} ${line}`),
    ],
  };
}

const main = (body: string) => `function main(input) {\n${body}\n}\n`;

describe('coverage', () => {
  it('counts lines that hold code, and not comments, blank lines, braces and declarations without a value', async () => {
    const code = main('  // why\n\n  let a;\n  a = 1;\n  if (input.x) {\n    a = 2;\n\n    // more\n    a = 3;\n  }\n  return a;');
    expect(await shortly(code, {})).toEqual({ lines: '3/5', branches: '1/2', functions: '1/1', missing: ['lines 7-10', 'branch 6:16'] });
    expect(await shortly(code, { x: 1 })).toMatchObject({ lines: '5/5', branches: '1/2', missing: ['branch 6:3'] });
  });

  it('adds up what several executions reach', async () => {
    const code = main("  if (input.x) return 'a';\n  else return 'b';");
    expect(await shortly(code, { x: 1 }, {})).toMatchObject({ lines: '2/2', branches: '2/2', missing: [] });
    expect(await shortly(code, { x: 1 })).toMatchObject({ branches: '1/2' });
  });

  it.each([
    ['a conditional expression', 'return input.x ? 1 : 2;', '1/2', '2/2'],
    ['and', 'return input.x && input.y;', '1/2', '2/2'],
    ['a default by ??', 'return (input.x ? null : 1) ?? 2;', '2/4', '4/4'],
    ['a chain of or', 'return input.x === undefined || input.y || 3;', '1/3', '3/3'],
    ['a switch', "switch (input.x) {\n case 1:\n case 2: return 'a';\n case 3: return 'b';\n default: return 'c'; }", '1/4', null],
    ['the default of a parameter', 'const f = (a = 5) => a;\n return f(input.x ? undefined : 1);', '1/3', '3/3'],
    ['the default of a name', 'const { y = 5 } = input.x ? {} : { y: 1 };\n return y;', '1/3', '3/3'],
  ])('counts the branches of %s', async (_name, body, without, both) => {
    expect((await shortly(main(body), {})).branches).toBe(without);
    if (both !== null) expect((await shortly(main(body), {}, { x: 1 })).branches).toBe(both);
  });

  it('names functions that were never called', async () => {
    const code = `const unused = () => 1;\nfunction other() {\n  return 2;\n}\nclass Shape {\n  area() {\n    return 3;\n  }\n}\n${main('  return new Shape() && 1;')}`;
    expect((await shortly(code, {})).missing).toEqual(
      ['lines 1-7', 'function unused 1', 'function other 2', 'function area 6'].map((text) => (text === 'lines 1-7' ? 'lines 3-7' : text)),
    );
  });

  it('says where a task that fails had come to', async () => {
    const report = await shortly(main("  const a = 1;\n  if (a) throw new Error('no');\n  return a;"), {});
    expect(report).toMatchObject({ lines: '2/3', missing: ['lines 4-4', expect.stringContaining('branch')] });
  });

  it("speaks of the author's files in TypeScript and in several files, and of nothing that a translation added", async () => {
    const files = {
      'main.ts': `import { half } from './half.ts';
import { unused } from './unused.ts';

enum Size { Small, Large }
interface Input { n: number; big?: boolean }

export default function main(input: Input): { n: number; size: string } {
  const size: Size = input.big ? Size.Large : Size.Small;
  if (input.n < 0) {
    return { n: unused(input.n), size: 'none' };
  }
  return { n: half(input.n), size: Size[size] };
}
`,
      'half.ts': `export function half(n: number): number {\n  return n / 2;\n}\n`,
      'unused.ts': `export const unused = (n: number): number => {\n  return -n;\n};\n`,
    };
    const report = await coverageOf(files, { n: 4 });
    expect(
      report!.files.map(({ file, lines, branches, functions }) => [file, lines, branches.total, branches.uncovered, functions.uncovered]),
    ).toEqual([
      ['half.ts', { total: 1, covered: 1, uncovered: [] }, 0, [], []],
      [
        'main.ts',
        { total: 4, covered: 3, uncovered: [{ from: 10, to: 10 }] },
        4,
        [
          { line: 8, column: 34 },
          { line: 9, column: 20 },
        ],
        [],
      ],
      ['unused.ts', { total: 2, covered: 1, uncovered: [{ from: 2, to: 2 }] }, 0, [], [{ name: 'unused', line: 1, column: 23 }]],
    ]);
  });

  it('is not there when nothing was run', async () => {
    expect(await coverageOf(main('return 1;'))).toBeNull();
  });
});
