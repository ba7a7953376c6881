import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutions, type Executions } from '#executions/index.ts';
import { createEngine, createLiveEffects, type Engine } from '#engine/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { readTestCases, runCase } from '#task-tests/index.ts';
import { temporaryDatabases, temporarySqlite } from '../../testing/temporary-database.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { filesFromMemory } from '../files/task-files.ts';
import { loadFrom } from '../load.ts';
import { caller, catalogueOn, taskText, uuidOf } from './catalogue-for-test.ts';
import { createTaskOperation, updateTaskOperation } from './changing-operations.ts';
import { listTasksOperation, showTaskOperation, taskSourceOperation, validateDraftOperation } from './reading-operations.ts';

const sound = { name: 'fine', sourceCode: '(input) => input' };

await describeOnBoth('a hostile task', (open) => {
  const start = async () => caller(catalogueOn(await open()));

  it.each([
    '../escape.js',
    'a/../../escape.js',
    '/etc/passwd.js',
    'C:/windows.js',
    'a\\b.js',
    'a\0.js',
    './main.ts',
    'a//b.js',
    'node_modules/x.js',
    '.git/x.js',
    `${'d/'.repeat(17)}x.js`,
    `${'x'.repeat(260)}.js`,
    'run.sh',
    '\uD800.js',
    '',
  ])('with a file at %j is refused', async (path) => {
    const ask = await start();
    const files = { ...taskText({ uuid: uuidOf(1) }), [path]: 'x' };
    await expect(ask(createTaskOperation, { files })).rejects.toMatchObject({ code: 'TASK_FILES_REFUSED', http: 422 });
    await expect(ask(validateDraftOperation, { files })).rejects.toMatchObject({ code: 'TASK_FILES_REFUSED' });
    expect((await ask(listTasksOperation, {})).total).toBe(0);
  });

  it('with ten thousand files, or more than 16 MB, is refused at once and with a short message', async () => {
    const ask = await start();
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [`../${number}.js`, '']));
    const few = Object.fromEntries(Object.entries(many).slice(0, 1_000));
    const big = Object.fromEntries(Array.from({ length: 5 }, (_, number) => [`${number}.js`, ' '.repeat(4_000_000)]));
    await expect(ask(createTaskOperation, { files: many })).rejects.toMatchObject({ code: 'TASK_TOO_LARGE', http: 413 });
    await expect(ask(createTaskOperation, { files: big })).rejects.toMatchObject({ code: 'TASK_TOO_LARGE' });
    await expect(ask(createTaskOperation, { files: { 'main.js': ' '.repeat(5_000_000) } })).rejects.toMatchObject({
      code: 'TASK_TOO_LARGE',
    });
    const refused = await ask(createTaskOperation, { files: few }).catch((error: Error) => error);
    expect((refused as Error).message.length).toBeLessThan(2_000);
  });

  it('whose metadata is no JSON, no object, or names another prototype changes nothing of ours', async () => {
    const ask = await start();
    for (const text of ['{', '[]', 'null', '"x"', '']) {
      const files = { ...taskText({}), 'metadata.json': text };
      await expect(ask(createTaskOperation, { files })).rejects.toMatchObject({ code: 'TASK_FILES_REFUSED' });
    }
    const metadata = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}') as Record<
      string,
      unknown
    >;
    const made = await ask(createTaskOperation, { ...sound, metadata });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((made as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
    const files = JSON.parse(
      JSON.stringify(taskText({ name: 'other' })).replace('{', '{"__proto__": "x", "__proto__.js": "1;", '),
    ) as Record<string, string>;
    const other = await ask(createTaskOperation, { files });
    expect(Object.keys((await ask(taskSourceOperation, { id: other.id })).files)).toContain('__proto__.js');
  });

  it('whose texts hold what databases do not take is stored all the same', async () => {
    const ask = await start();
    const odd = { label: 'a\0b\uD800c', description: 'zero \0, half \uDC00' };
    const made = await ask(createTaskOperation, {
      ...sound,
      ...odd,
      sourceCode: `(input) => ${JSON.stringify('\0\uD800')}`,
      changeDescription: 'why',
    });
    expect(made).toMatchObject({ label: 'a\uFFFDb\uFFFDc', description: 'zero \uFFFD, half \uFFFD' });
    expect((await ask(showTaskOperation, { id: 'fine' })).sourceCode).toBe(made.sourceCode);
    expect(await ask(updateTaskOperation, { id: 'fine', changeDescription: 'a\0b', description: 'y' })).toMatchObject({ version: '1.0.1' });
  });

  it('is not found by a name that is none, and finds nothing that it is not', async () => {
    const ask = await start();
    await ask(createTaskOperation, { ...sound, name: '12345678901234567890' });
    expect(await ask(showTaskOperation, { id: '12345678901234567890' })).toMatchObject({ id: '1' });
    for (const id of ["' OR 1=1 --", 'a\0b', '%', '../1', '00000000-0000-0000-0000-000000000000', '-1', '1.0', '01', '999999999999999']) {
      await expect(ask(showTaskOperation, { id })).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    }
  });

  it('with schemas that are huge, deep or endless is refused in good time', async () => {
    const ask = await start();
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let depth = 0; depth < 5_000; depth++) at = at['not'] = {} as Record<string, unknown>;
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 50_000 }, (_, number) => [`p${number}`, { type: 'string', pattern: '(a+)+$' }])),
    };
    const began = performance.now();
    for (const inputSchema of [deep, wide]) {
      await expect(ask(createTaskOperation, { ...sound, inputSchema })).rejects.toMatchObject({ code: expect.stringMatching(/^TASK_/) });
    }
    const metadata = `{"version": "1.0.0", "name": "deep", "uuid": "${uuidOf(5)}", "deep": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await expect(ask(createTaskOperation, { files: { ...taskText({}), 'metadata.json': metadata } })).rejects.toMatchObject({
      code: 'TASK_FILES_REFUSED',
    });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await ask(validateDraftOperation, { ...sound, inputSchema: { $ref: '#' } })).toMatchObject({ errors: expect.any(Array) });
  });
});

describe('a task that is to be stored, in the sandbox', () => {
  const open = temporaryDatabases(temporarySqlite);
  const settings = settingsFrom({ 'engine.workers': 1, 'execution.max_cpu_ms': 500 });
  let engine: Engine;
  let executions: Executions;
  const effects = createLiveEffects(settings, { profile: 'development', clock: systemClock });
  beforeAll(async () => {
    engine = await createEngine(settings);
    executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  });
  afterAll(async () => {
    await engine.close();
    await effects.close();
  });

  it.each(['for (;;);', 'new Array(1e9).fill(7);', "throw new Error('no');"])('is refused when it does this at load: %s', async (line) => {
    const catalogue = catalogueOn(await open(), async (files) => {
      const task = await loadFrom(filesFromMemory('new task', files));
      const cases = readTestCases(task).filter((one) => one.kind === 'case');
      const reports = await Promise.all(
        cases.map((one) => runCase({ executions, settings }, task, one, { signal: AbortSignal.timeout(20_000) })),
      );
      const failed = reports.filter(({ report }) => report.state === 'failed');
      const failures = failed.map(({ report }) => ({ name: report.name, message: report.failures[0]!.message }));
      return { passed: reports.length - failed.length, failed: failed.length, failures };
    });
    const ask = caller(catalogue);
    const tests = [{ input: {}, expected_output: {} }];
    const refused = { ...sound, sourceCode: `${line}\n(input) => input;`, tests };
    await expect(ask(createTaskOperation, refused)).rejects.toMatchObject({ code: 'TASK_TESTS_FAILED', data: { failed: 1 } });
    expect(await ask(createTaskOperation, { ...refused, sourceCode: '(input) => input' })).toMatchObject({ version: '1.0.0' });
  });
});
