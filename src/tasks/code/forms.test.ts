import { describe, expect, it } from 'vitest';
import { loadText, runText } from '../evaluate-for-test.ts';

/** Every form adds one to `n`. */
const forms: Readonly<Record<string, string>> = {
  'a function in parentheses': '(function (input) { return input.n + 1; })',
  'a function in parentheses with a semicolon': '(function (input, context) { return input.n + 1; });\n',
  'a function in parentheses after a semicolon': ';(function (input) { return input.n + 1; });;',
  'a bare anonymous function': 'function (input) { return input.n + 1; }',
  'a bare anonymous async function with a comment behind': 'async function (input) { return input.n + 1; } // that is all',
  'a bare anonymous function after a comment': '/* adds */\nfunction (input) {\n  return input.n + 1;\n}\n;\n',
  'an arrow function': '(input) => input.n + 1',
  'an async arrow in parentheses': '(async ({ n }) => { return n + 1; });',
  'an arrow with a comment on the last line': 'input => input.n + 1 // no line break follows',
  'a named main': 'function main(input) { return input.n + 1; }',
  'a named main and a last line': 'function main(input) { return input.n + 1; }\n\nmain;',
  'a named async main': 'async function main(input) { return input.n + 1; }',
  'a main in a const': 'const main = ({ n }) => n + 1;',
  'a main in a var, assigned later': 'var main;\nmain = function (input) { return input.n + 1; };',
  'a main among others': 'function add(a, b) { return a + b; }\nfunction main(input) { return add(input.n, 1); }\nadd(1, 1);',
  'a named execute': 'function execute(input) { return input.n + 1; }',
  'module.exports as a function': 'module.exports = function (input) { return input.n + 1; };',
  'module.exports as an object with main': 'function run(input) { return input.n + 1; }\nmodule.exports = { main: run };',
  'exports.default': 'exports.default = async (input) => input.n + 1;',
  'exports.handler': 'exports.handler = (input) => input.n + 1;',
  'module.exports guarded for other homes': "const run = (i) => i.n + 1;\nif (typeof module !== 'undefined') { module.exports = run; }",
  'an export default function': 'export default function (input) { return input.n + 1; }\n',
  'an export default function with a parenthesis on the next line':
    'export default function (input) { return input.n + more; }\n(function () {})();\nconst more = 1;',
  'an export default named function': 'export default async function add(input) { return input.n + 1; }',
  'an export default arrow': 'const one = 1;\nexport default (input) => input.n + one',
  'an exported main': 'export const one = 1;\nexport function main(input) { return input.n + one; }',
  'an export list': 'const add = (input) => input.n + 1;\nexport { add as main };',
  'an export list with default': 'function add(input) { return input.n + 1; }\nexport { add as default, add as "another name" };',
  'strict code': "'use strict';\n(function (input) { if (this !== undefined) throw new Error('sloppy'); return input.n + 1; });",
  'strict code on one line': "'use strict'; (function (input) { return input.n + 1; });",
  'a hashbang': '#!/usr/bin/env node\nfunction main(input) { return input.n + 1; }',
  'a name bound by a call': 'function make() { return (input) => input.n + 1; }\nconst made = make();\nmade;',
  'names that the wrapper uses too': 'const module = 1;\nlet exports = 2;\n(input) => input.n + module;',
  'a main called as a parameter elsewhere': '(function (module) { return (input) => input.n + module; })(1)',
};

describe('the function of a task', () => {
  for (const [name, code] of Object.entries(forms)) {
    it(`may be ${name}`, async () => {
      expect(await runText(code, { n: 41 })).toBe(42);
    });
  }

  for (const [name, code] of Object.entries(forms).filter(([form]) => !/hashbang|assigned later|parenthesis on/.test(form))) {
    it(`may be ${name}, in TypeScript`, async () => {
      expect(await runText(code, { n: 41 }, 'main.ts')).toBe(42);
    });
  }

  it('is described without being called', async () => {
    const { callable } = await loadText({ 'main.js': '// adds\n\nasync function main({ a, b }, context) {\n  throw new Error();\n}\n' });
    expect(callable).toEqual({ form: 'main', name: 'main', async: true, params: ['a, b', 'context'], line: 3 });
  });

  it('is found in this order: main, module.exports, execute, last value', async () => {
    const last = "\n(function () { return 'last'; });";
    const execute = "function execute() { return 'execute'; }";
    const exported = "module.exports = () => 'exports';";
    expect(await runText(`function main() { return 'main'; } ${execute} ${exported} ${last}`, {})).toBe('main');
    expect(await runText(`${execute} ${exported} ${last}`, {})).toBe('exports');
    expect(await runText(`${execute} ${last}`, {})).toBe('execute');
    expect(await runText(last, {})).toBe('last');
  });

  it('does not run the top level when the script is evaluated', async () => {
    const { program } = await loadText({ 'main.js': "throw new Error('ran');\nfunction main() {}" });
    const { Script } = await import('node:vm');
    expect(typeof new Script(program.script).runInNewContext({})).toBe('function');
  });
});

describe('code that cannot be called is refused with the reason', () => {
  const cases: Readonly<Record<string, [code: string, reason: RegExp]>> = {
    'an object literal': ['({ value: 1 })', /an object without main, default, execute, handler/],
    'a class': ['class Task {}\nTask;', /a class/],
    'a number': ['42', /a literal value/],
    'a class called main': ['class main {}', /main is a class/],
    'a generator': ['function* main() {}', /generator/],
    'a function nobody points at': ['function work() {}', /declares work, but says of none/],
    nothing: ['', /no code/],
    'only a comment': ['// soon\n', /no code/],
    'other exports': ['exports.other = () => 1;', /exports other, but none of main/],
    'other module exports': ['export const other = 1;', /exports other, but none of main/],
    'a main that is no function': ['const main = { a: 1 };', /main is an object/],
    'a directive': ["'use strict'", /a literal value/],
    'an exported object without main': ['module.exports = { a: 1 };', /an object without main/],
  };
  for (const [name, [code, reason]] of Object.entries(cases)) {
    it(`such as ${name}`, async () => {
      await expect(loadText({ 'main.js': code })).rejects.toThrow(reason);
    });
  }

  it('and syntax errors name their line and column', async () => {
    await expect(loadText({ 'main.js': 'function main() {\n  return (;\n}' })).rejects.toThrow('main.js:2:11: Unexpected token.');
    await expect(loadText({ 'main.js': 'import x from "./x.js";\nexport default = 3;' })).rejects.toThrow(/main\.js:2:/);
  });

  it('and nothing may follow a bare function', async () => {
    await expect(loadText({ 'main.js': 'function (input) {}\nother();' })).rejects.toThrow('main.js:1:10: Unexpected token.');
  });

  it('and what needs the top level of a module is refused', async () => {
    await expect(loadText({ 'main.js': 'export const main = await 1;' })).rejects.toThrow(/await or import.meta/);
  });

  it('and code nested a hundred thousand levels deep ends in a problem, not a crash', async () => {
    await expect(loadText({ 'main.js': `${'('.repeat(100_000)}1${')'.repeat(100_000)}` })).rejects.toThrow(/nested too deeply/);
  });
});
