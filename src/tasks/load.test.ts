import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callableOf, loadText, soundMetadata } from './evaluate-for-test.ts';
import { filesFromMemory } from './files/task-files.ts';
import { loadFrom, loadTask } from './load.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('loading a task', () => {
  it('gives two tasks with the same code programs of their own, so that they share nothing when they run', async () => {
    const ids = await Promise.all(
      ['1.0.0', '1.0.1'].map(async (version) => {
        const task = await loadText({ 'metadata.json': soundMetadata.replace('1.0.0', version), 'main.js': 'x => x' });
        return task.program.id;
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('reads its identity, limits and permissions', async () => {
    const metadata = {
      uuid: 'BD6C6F98-4896-44CC-8C82-30328C3AEFDA',
      version: '1.2.3',
      label: 'My Task',
      timeout: 100,
      memory_limit: '64MB',
      network: ['a.example'],
      isolation: 'isolate',
    };
    const task = await loadText({ 'metadata.json': JSON.stringify(metadata), 'main.js': 'x => x' });
    expect(task).toMatchObject({
      uuid: 'bd6c6f98-4896-44cc-8c82-30328c3aefda',
      name: 'my-task',
      label: 'My Task',
      version: '1.2.3',
      description: '',
      wishes: { wallMs: 100, memoryMb: 64 },
      network: ['a.example'],
      isolation: 'isolate',
      inputSchema: null,
      outputSchema: null,
      tests: [],
    });
  });

  it('compiles both schemas and gathers the tests', async () => {
    const task = await loadText({
      'main.js': 'x => x',
      'input.schema.json': '{"type": "object"}',
      'output.schema.json': '{"type": "string"}',
      'tests/b.json': '{"expected_output": 1}',
      'tests/a.json': '{"expected_output": 2}',
      'tests/deep/c.json': '{}',
    });
    expect(task.inputSchema).toEqual({ type: 'object' });
    expect(task.program.inputCheck).toContain('function');
    expect(task.tests.map(({ file }) => file)).toEqual(['tests/a.json', 'tests/b.json']);
  });

  it('gives equal programs equal ids, and other ones others', async () => {
    const one = await loadText({ 'main.js': 'x => x' });
    const same = await loadText({ 'main.js': 'x => x', 'metadata.json': soundMetadata.replace('Test', 'Other') });
    const other = await loadText({ 'main.js': 'x => x', 'input.schema.json': '{}' });
    expect(same.program.id).toBe(one.program.id);
    expect(same.hash).not.toBe(one.hash);
    expect(other.program.id).not.toBe(one.program.id);
  });

  it('is not stopped by a broken test, and leaves it to whoever runs tests to say so', async () => {
    const { tests } = await loadText({ 'main.js': 'x => x', 'tests/a.json': '{', 'tests/_defaults.json': '{}' });
    expect(tests).toEqual([{ file: 'tests/a.json', text: '{' }]);
  });

  it('reports every problem at once', async () => {
    const error = await loadText({ 'metadata.json': '{"version": "x"}', 'main.js': '(', 'input.schema.json': '{' }).catch(
      (caught: { data: object }) => caught,
    );
    const { problems } = (error as { data: { problems: { code: string }[] } }).data;
    expect(problems.map(({ code }) => code).toSorted()).toEqual(['code-syntax', 'field-invalid', 'field-missing', 'syntax']);
  });

  it.each([
    ['a path where nothing is', () => join(folder, 'nothing')],
    ['a file that is no archive', () => join(folder, 'file.txt')],
  ])('says that %s is no task', async (_name, path) => {
    writeFileSync(join(folder, 'file.txt'), 'x');
    await expect(loadTask(path())).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  });
});

describe('the older spellings', () => {
  it('meta.yaml with inputs, outputs and an entrypoint', async () => {
    const yaml = `
name: addition
description: Adds
version: 1.0.0
runtime: nodejs
entrypoint: task.js
inputs:
  a: { type: number, description: First, required: true }
  b: { type: number, required: true }
  c: { type: number, default: 0 }
outputs:
  result: { type: number }
`;
    const task = await loadFrom(
      filesFromMemory('m', {
        'meta.yaml': yaml,
        'task.js': 'function main(inputs) { return { result: inputs.a + inputs.b }; }\nmodule.exports = { main };',
      }),
    );
    expect(task.inputSchema).toEqual({
      type: 'object',
      properties: { a: { type: 'number', description: 'First' }, b: { type: 'number' }, c: { type: 'number', default: 0 } },
      required: ['a', 'b'],
    });
    expect(callableOf(task.program)({ a: 1, b: 2 })).toEqual({ result: 3 });
  });

  it('task.yaml with schemas and test cases', async () => {
    const yaml = `
name: origin
version: 0.1.0
author: somebody
tags: [http]
input_schema: { type: object }
output_schema: { type: object, required: [origin] }
test_cases:
  - name: first
    input: {}
    expected_output: { origin: x }
`;
    const task = await loadFrom(
      filesFromMemory('m', { 'task.yaml': yaml, 'task.js': 'async function main() { return { origin: "x" }; }' }),
    );
    expect(task.outputSchema).toEqual({ type: 'object', required: ['origin'] });
    expect(task.tests).toEqual([{ file: 'task.yaml#test_cases[0]', text: '{"name":"first","input":{},"expected_output":{"origin":"x"}}' }]);
  });

  it('task.json with index.js and execute', async () => {
    const manifest = JSON.stringify({
      name: 'old',
      description: '',
      version: '1.0.0',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'number' },
    });
    const task = await loadFrom(filesFromMemory('m', { 'task.json': manifest, 'index.js': 'function execute(input) { return input.n; }' }));
    expect(task.callable.form).toBe('execute');
    expect(task.outputSchema).toEqual({ type: 'number' });
  });

  it('metadata.json counts more than they do', async () => {
    const task = await loadText({ 'meta.yaml': 'name: other\nversion: 9.0.0\n', 'main.js': 'x => x' });
    expect(task.version).toBe('1.0.0');
  });

  it.each([
    [
      'aliases that multiply',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghi'[i]}`).join(', ')}]`)
        .join('\n')}\n`,
    ],
    ['an anchor that contains itself', 'a: &a [*a]\nname: x\nversion: 1.0.0\n'],
    ['bad syntax', 'name: [x\nversion: 1'],
    ['a list', '- name: x'],
    ['blocks within blocks', `name:\n  ${'- '.repeat(200_000)}x`],
    ['a megabyte', `name: ${'x'.repeat(1_000_000)}`],
    ['a hundred thousand brackets', `name: ${'['.repeat(100_000)}`],
  ])('in YAML with %s are refused', async (_name, yaml) => {
    await expect(loadFrom(filesFromMemory('m', { 'meta.yaml': yaml, 'task.js': 'x => x' }))).rejects.toMatchObject({
      code: 'TASK_INVALID',
    });
  });

  it('show the line of a wrong field', async () => {
    const files = filesFromMemory('m', { 'meta.yaml': 'name: x\nversion: 1.0.0\ntimeout: soon\n', 'task.js': 'x => x' });
    await expect(loadFrom(files)).rejects.toThrow(/meta\.yaml:3:10: timeout must be a number/);
  });
});

describe('a task from an untrusted author', () => {
  it('may name its files after parts of the language', async () => {
    const task = await loadText({
      'main.js': "import './__proto__.js';\nimport './constructor.json';\nexport default () => 1;",
      '__proto__.js': 'export {};',
      'constructor.json': '{}',
    });
    expect(callableOf(task.program)({})).toBe(1);
    expect(Object.keys(task.files)).toContain('__proto__.js');
  });

  it('may not hide anything in its metadata', async () => {
    const task = await loadText({
      'main.js': 'x => x',
      'metadata.json': soundMetadata.replace('{', '{"__proto__": {"polluted": true}, "constructor": 1, '),
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(task.label).toBe('Test');
  });
});
