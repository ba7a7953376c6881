import { describe, expect, it } from 'vitest';
import { callableOf, loadText, runText } from '../evaluate-for-test.ts';

describe('TypeScript', () => {
  it('knows types, enums, namespaces and class fields', async () => {
    const code = `
      enum Unit { C = 'celsius', F = 'fahrenheit' }
      const enum Offset { F = 32 }
      namespace Convert { export const factor = 9 / 5; }
      type Input = { t: number };
      abstract class Base<T> { protected abstract value: T; constructor(private readonly extra: number) {} sum(): number { return this.extra; } }
      class Real extends Base<number> { protected value = 1; }
      export default function (input: Input): { t: number; unit: Unit; sum: number } {
        return { t: input.t * Convert.factor + Offset.F, unit: Unit.F, sum: new Real(5).sum() };
      }`;
    expect(await runText(code, { t: 100 }, 'main.ts')).toEqual({ t: 212, unit: 'fahrenheit', sum: 5 });
  });

  it('knows decorators of today', async () => {
    const code = `
      const names: string[] = [];
      function named(value: unknown, context: ClassMethodDecoratorContext) { names.push(String(context.name)); }
      class A { @named one() {} @named two() {} }
      export const main = () => { new A(); return names; };`;
    expect(await runText(code, {}, 'main.ts')).toEqual(['one', 'two']);
  });

  it('knows parameter decorators, which only exist in the older form', async () => {
    const code = `
      const seen: string[] = [];
      const Input = (name: string) => (_target: object, _key: string, index: number) => { seen.push(name + index); };
      class Task { run(@Input('a') a: number, @Input('b') b: number) { return a + b; } }
      export const main = () => ({ sum: new Task().run(1, 2), seen: seen.toSorted() });`;
    expect(await runText(code, {}, 'main.ts')).toEqual({ sum: 3, seen: ['a0', 'b1'] });
  });

  it('may be a bare anonymous function', async () => {
    expect(await runText('function (input: { n: number }): number { return input.n + 1; }\n', { n: 1 }, 'main.ts')).toBe(2);
  });

  it('shows a syntax error with its line and column', async () => {
    await expect(loadText({ 'main.ts': 'export default () => {\n  const x: = 1;\n};' })).rejects.toThrow(
      /^The task at memory has a problem: main\.ts:2:12: /,
    );
  });
});

describe('several files', () => {
  it('are found with and without their endings, in folders, and as JSON', async () => {
    const { program } = await loadText({
      'main.ts':
        "import a from './a';\nimport { b } from './lib';\nimport { c } from './c.js';\nimport data from './data.json';\nexport const main = () => [a, b, c, data.d];",
      'a.js': 'export default 1;',
      'lib/index.ts': "export { b } from '../b.mjs';",
      'b.mjs': 'export const b = 2;',
      'c.ts': 'export const c: number = 3;',
      'data.json': '{"d": 4}',
    });
    expect(callableOf(program)({})).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['main by name', "const { one } = require('./one');\nfunction main(input) { return input.n + one; }"],
    ['the last value', "const { one } = require('./one.js');\n(input) => input.n + one;"],
    ['module.exports', "module.exports = (input) => input.n + require('./one').one;"],
    ['execute', "function execute(input) { return input.n + require('./one').one; }"],
  ])('work by require, with %s', async (_form, code) => {
    for (const main of ['main.js', 'main.ts']) {
      const { program } = await loadText({ [main]: code, 'one.js': 'exports.one = 1;' });
      expect(await callableOf(program)({ n: 1 })).toBe(2);
    }
  });

  it('may import each other in a circle', async () => {
    const { program } = await loadText({
      'main.js': "import { even } from './even.js';\nexport default ({ n }) => even(n);",
      'even.js': "import { odd } from './odd.js';\nexport const even = (n) => n === 0 || odd(n - 1);",
      'odd.js': "import { even } from './even.js';\nexport const odd = (n) => n !== 0 && even(n - 1);",
    });
    expect(callableOf(program)({ n: 10 })).toBe(true);
  });

  it('keep the names of functions that share one', async () => {
    const { program } = await loadText({
      'main.js': "import { work as other } from './other.js';\nfunction work() {}\nexport const main = () => [work.name, other.name];",
      'other.js': 'export function work() {}',
    });
    expect(callableOf(program)({})).toEqual(['work', 'work']);
  });

  it('may come through export from', async () => {
    const { program } = await loadText({ 'main.js': "export * from './real.js';", 'real.js': 'export const main = () => 7;' });
    expect(callableOf(program)({})).toBe(7);
  });
});

describe('imports of anything else are refused with the place', () => {
  it.each([
    ['a package', "import axios from 'axios';\nexport default () => axios;", 'main.js:1', 'axios cannot be imported'],
    ['a Node module', "export { readFileSync as main } from 'node:fs';", 'main.js:1', 'node:fs cannot be imported'],
    ['require of a Node module', "\nconst fs = require('fs');\nfunction main() {}", 'main.js:2:12', 'fs cannot be imported'],
    ['a dynamic import', "function main() {\n  return import('fs');\n}", 'main.js:2:10', 'fs cannot be imported'],
    ['an absolute path', "import '/etc/passwd';\nexport default () => 1;", 'main.js:1', '/etc/passwd cannot be imported'],
    ['a URL', "import 'https://example.com/x.js';\nexport default () => 1;", 'main.js:1', 'https://example.com/x.js cannot be imported'],
    ['a data URL', "import 'data:text/javascript,1';\nexport default () => 1;", 'main.js:1', 'cannot be imported'],
    ['a path that leaves the task', "import '../../../../etc/passwd';\nexport default () => 1;", 'main.js:1', 'is not a file of the task'],
    [
      'a file that is not there',
      "\n\nimport './missing.js';\nexport default () => 1;",
      'main.js:3',
      './missing.js is not a file of the task',
    ],
  ])('%s', async (_name, code, place, reason) => {
    const failure = await loadText({ 'main.js': code }).catch((error: Error) => error.message);
    expect(failure).toContain(place);
    expect(failure).toContain(reason);
  });

  it('in an inner file, naming that file', async () => {
    const files = { 'main.js': "import './lib/a.js';\nexport default () => 1;", 'lib/a.js': "\nimport 'left-pad';" };
    await expect(loadText(files)).rejects.toThrow(/lib\/a\.js:2:8: left-pad cannot be imported/);
  });

  it('but code that asks whether require exists may mention it', async () => {
    expect(
      await runText("const fs = typeof require === 'function' ? require('fs') : null;\nfunction main() { return fs; }", {}),
    ).toBeNull();
  });
});

describe('code made to break the compiler', () => {
  it.each([
    ['two million brackets', { 'main.ts': '('.repeat(2_000_000) }],
    ['brackets in an imported file', { 'main.js': "import './x.js';\nexport default () => 1;", 'x.js': '['.repeat(2_000_000) }],
  ])('%s: is refused', async (_name, files) => {
    await expect(loadText(files)).rejects.toThrow(/nested too deeply/);
  });

  it('that ends its process costs only its own task', async () => {
    const neighbour = () => runText('export const main = (input: { n: number }): number => input.n;', { n: 1 }, 'main.ts');
    const [hostile, ...others] = await Promise.allSettled([loadText({ 'main.ts': '- '.repeat(1_500_000) }), neighbour(), neighbour()]);
    expect(hostile).toMatchObject({ status: 'rejected', reason: { code: 'TASK_INVALID' } });
    for (const other of others) expect(other).toEqual({ status: 'fulfilled', value: 1 });
    expect(await neighbour()).toBe(1);
  });
});
