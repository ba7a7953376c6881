import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateTask } from './generate.ts';
import { loadTask } from './load.ts';
import { callableOf } from './evaluate-for-test.ts';
import { validateTask } from './validate.ts';

const newUuid = () => '0190a5b8-0000-7000-8000-000000000001';
const samples = join(import.meta.dirname, '../../sample/js-tasks');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
};

describe('validate', () => {
  it('finds every problem of the broken sample at once, each with its place and a hint', async () => {
    const { valid, problems } = await validateTask(join(samples, 'invalid'), { newUuid });
    expect(valid).toBe(false);
    expect(problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'input.schema.json:3 schema-invalid',
      'main.js:2 code-syntax',
      'metadata.json:2 field-invalid',
      'metadata.json:3 field-invalid',
      'metadata.json:6 field-invalid',
      'metadata.json:7 field-invalid',
      'output.schema.json:1 schema-invalid',
      'tests/test-001.json:2 test-invalid',
    ]);
    expect(problems.every(({ hint }) => hint.length > 10)).toBe(true);
  });

  it('says of a wrong field what stands there and what the field means', async () => {
    write({ 'metadata.json': '{"label": "A", "version": "1.0.0", "memory_limit": 64, "tags": ["a", 3]}', 'main.js': 'x => x' });
    const { problems } = await validateTask(folder, { newUuid });
    expect(problems.filter(({ code }) => code === 'field-invalid').map(({ message, hint }) => [message, hint])).toEqual([
      ['memory_limit must be a string, not 64.', 'memory_limit: JavaScript heap of one execution, such as 128MB. Enforced.'],
      ['tags.1 must be a string, not 3.', 'tags: Words to find the task by.'],
    ]);
  });

  it('warns about what may be missing and is still content', async () => {
    write({ 'metadata.json': '{"label": "A", "version": "1.0.0", "surprise": 1}', 'main.js': 'x => x' });
    const { valid, problems, task } = await validateTask(folder, { newUuid });
    expect(valid).toBe(true);
    expect(problems.map(({ severity, code }) => `${severity} ${code}`).toSorted()).toEqual([
      'warning schema-missing',
      'warning schema-missing',
      'warning tests-missing',
      'warning uuid-missing',
    ]);
    expect(task).toMatchObject({ label: 'A', version: '1.0.0', callable: { form: 'completion value', params: ['x'] } });
  });

  it('judges the other files when the metadata is missing or unreadable', async () => {
    write({ 'main.js': '(' });
    expect((await validateTask(folder, { newUuid })).problems.map(({ code }) => code)).toContain('code-syntax');
    write({ 'metadata.json': '{ nonsense' });
    expect(
      (await validateTask(folder, { newUuid })).problems.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    ).toEqual(['code-syntax', 'syntax']);
  });

  it('runs none of the code', async () => {
    write({
      'metadata.json': '{"label": "A", "version": "1.0.0"}',
      'main.js': 'globalThis.ran = true;\nwhile (true);\nfunction main() {}',
    });
    await validateTask(folder, { newUuid });
    expect((globalThis as { ran?: boolean }).ran).toBeUndefined();
  });

  it('warns about a test that expects nothing', async () => {
    mkdirSync(join(folder, 'tests'));
    write({
      'metadata.json': '{"label": "A", "version": "1.0.0"}',
      'main.js': 'x => x',
      'tests/a.json': '{"input": {}}',
      'tests/b.json': '[]',
      'tests/c.json': '[{"expectedOutput": 1}, 7,\n {"input": {}}]',
      'tests/d.json': '{"cases": [{"should-fail": true}]}',
      'tests/_defaults.json': '{"match": "subset"}',
    });
    const { problems, valid } = await validateTask(folder, { newUuid });
    expect(problems.filter(({ code }) => code === 'test-invalid').map(({ file, line, message }) => [file, line, message])).toEqual([
      ['tests/a.json', 1, 'The test expects nothing.'],
      ['tests/b.json', 1, 'The file holds no test.'],
      ['tests/c.json', 1, 'A test must be an object.'],
      ['tests/c.json', 2, 'The test expects nothing.'],
    ]);
    expect(valid).toBe(true);
  });

  it('lets the engine have the last word on the syntax', async () => {
    write({ 'metadata.json': '{"label": "A", "version": "1.0.0"}', 'main.js': 'function main() {}\nconst pattern = /(?<a>x)(?<a>y)/;' });
    const { problems } = await validateTask(folder, { newUuid });
    expect(problems.filter(({ code }) => code === 'code-syntax')).toMatchObject([{ file: 'main.js', line: 2 }]);
  });
});

describe('validate with fix', () => {
  it('makes a sound task of bare code', async () => {
    write({ 'main.js': '(function (input) { return input; })' });
    const report = await validateTask(folder, { newUuid, fix: true });
    expect(report).toMatchObject({ valid: true, problems: [] });
    expect(report.wrote).toEqual(['metadata.json', 'input.schema.json', 'output.schema.json', 'tests/test-001.json']);
    expect((await validateTask(folder, { newUuid, fix: true })).wrote).toEqual([]);
  });

  it('adds missing fields and keeps the rest', async () => {
    write({ 'metadata.json': '{"label": "My Task", "tags": ["a"], "other": {"x": 1}}', 'main.js': 'x => x' });
    const { wrote, valid } = await validateTask(folder, { newUuid, fix: true });
    expect(valid).toBe(true);
    expect(wrote.slice(0, 3)).toEqual(['metadata.json (uuid)', 'metadata.json (version)', 'metadata.json (name)']);
    expect(JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8'))).toEqual({
      uuid: newUuid(),
      version: '1.0.0',
      name: 'my-task',
      label: 'My Task',
      tags: ['a'],
      other: { x: 1 },
    });
  });

  it('overwrites nothing, however wrong', async () => {
    cpSync(join(samples, 'invalid'), folder, { recursive: true });
    const before = Object.fromEntries(
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    const { wrote } = await validateTask(folder, { newUuid, fix: true });
    expect(wrote).toEqual(['metadata.json (name)']);
    for (const [name, text] of Object.entries(before).filter(([file]) => file !== 'metadata.json')) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    }
  });

  it('leaves no drafts behind', async () => {
    write({ 'main.js': 'x => x' });
    await validateTask(folder, { newUuid, fix: true });
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.tmp'))).toEqual([]);
  });

  it('cannot repair an archive', async () => {
    await expect(validateTask(join(samples, 'addition.zip'), { newUuid, fix: true })).rejects.toMatchObject({
      code: 'TASK_TARGET_UNWRITABLE',
    });
  });
});

describe('generate', () => {
  it.each([false, true])('makes a task without any problem that does what its test says (TypeScript: %s)', async (typescript) => {
    const path = join(folder, 'deep/er/my-task');
    const files = generateTask({
      path,
      label: 'My "Task" ${x}',
      description: 'What it does',
      version: '2.1.0',
      typescript,
      uuid: newUuid(),
    });
    expect(files).toContain(typescript ? 'main.ts' : 'main.js');
    expect(await validateTask(path, { newUuid })).toMatchObject({
      valid: true,
      problems: [],
      task: { label: 'My "Task" ${x}', version: '2.1.0', description: 'What it does' },
    });
    const task = await loadTask(path);
    const test = JSON.parse(task.tests[0]!.text) as { input: unknown; expected_output: unknown };
    expect(callableOf(task.program)(test.input)).toEqual(test.expected_output);
  });

  it.each(['folder', 'file'])('leaves an existing %s alone', (kind) => {
    const path = join(folder, 'there');
    if (kind === 'folder') mkdirSync(path);
    else writeFileSync(path, 'mine');
    expect(() => generateTask({ path, label: 'A', description: '', version: '1.0.0', typescript: false, uuid: newUuid() })).toThrow(
      expect.objectContaining({ code: 'TASK_TARGET_EXISTS' }),
    );
    expect(readdirSync(folder)).toEqual(['there']);
  });

  it('leaves nothing behind where it cannot write', () => {
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file/task');
    expect(() => generateTask({ path, label: 'A', description: '', version: '1.0.0', typescript: false, uuid: newUuid() })).toThrow(
      expect.objectContaining({ code: 'TASK_TARGET_UNWRITABLE' }),
    );
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
