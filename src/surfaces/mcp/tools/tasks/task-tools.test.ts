import { describe, expect, it } from 'vitest';
import { toolNameOf } from './task-tools.ts';

const uuid = '0190a1b2-0000-7000-8000-000000000042';
const name = (task: string, taken: string[] = []) => toolNameOf({ name: task, uuid }, new Set(taken));

describe('the name of a tool that is a task', () => {
  it('is that of the task', () => {
    expect(name('send-invoice')).toBe('send-invoice');
  });
  it('never looks like a tool of the server', () => {
    expect(name('ratchet_delete_task')).toBe('task_ratchet_delete_task');
    expect(name('Ratchet-thing')).toBe('task_Ratchet-thing');
  });
  it('is one that clients take, and unlike all others', () => {
    expect(name('x'.repeat(100))).toBe(`${'x'.repeat(55)}_0190a1b2`);
    expect(name('greet', ['greet'])).toBe('greet_0190a1b2');
    expect(name(`ratchet${'x'.repeat(100)}`)).toMatch(/^task_ratchet[x]+_0190a1b2$/);
    expect(name(`ratchet${'x'.repeat(100)}`)).toHaveLength(64);
  });
});
