import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, localCaller, settingsFrom } from '#kernel/index.ts';
import { generateTaskOperation, validateTaskOperation } from './operations.ts';
import { createTasks } from './tasks.ts';

const options = { caller: localCaller, now: () => 0 };
const services = { tasks: createTasks(settingsFrom()) };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the operations on tasks', () => {
  it('generate a task with the defaults, and validate it', async () => {
    const path = join(folder, 'new');
    expect((await call(generateTaskOperation, services, { path }, options)).files).toContain('main.js');
    const report = await call(validateTaskOperation, services, { path }, options);
    expect(report).toMatchObject({ valid: true, problems: [], wrote: [], task: { label: 'My Task', version: '1.0.0' } });
    expect((await services.tasks.load(path)).callable.params).toEqual(['input', 'context']);
  });

  it('refuse a version that is not semantic before anything is written', async () => {
    const path = join(folder, 'bad');
    await expect(call(generateTaskOperation, services, { path, version: 'one' }, options)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect(existsSync(path)).toBe(false);
  });

  it('report problems as an answer, and a missing task as an error', async () => {
    const sample = join(import.meta.dirname, '../../sample/js-tasks/invalid');
    expect((await call(validateTaskOperation, services, { path: sample }, options)).valid).toBe(false);
    await expect(call(validateTaskOperation, services, { path: join(folder, 'none') }, options)).rejects.toMatchObject({
      code: 'TASK_NOT_FOUND',
      exit: 'invalidTask',
    });
  });
});
