import { RatchetError } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fullSchema } from './compact-schema.ts';
import { readArguments } from './read-arguments.ts';

const schema = fullSchema(
  z.object({
    task_id: z.string(),
    input: z.unknown(),
    limit: z.number().int().default(50),
    stop_on_error: z.boolean().default(false),
    mode: z.enum(['parallel', 'priority_dependency']).optional(),
    filter: z.object({ min_delta: z.number().default(0), steps: z.array(z.string()).default([]) }).optional(),
    requests: z.array(z.object({ task_id: z.string(), timeout_ms: z.number().optional() })).optional(),
    schema: z.record(z.string(), z.unknown()).optional(),
  }),
  'input',
);
const read = (said: unknown) => readArguments('ratchet_example', schema, said);
const complaint = (said: unknown): string => {
  try {
    read(said);
    return 'taken';
  } catch (caught) {
    return (caught as RatchetError).message;
  }
};

describe('arguments of a tool', () => {
  it('are taken in camel case, however deep', () => {
    expect(read({ taskId: 'a', stopOnError: true, filter: { minDelta: 0.5 }, requests: [{ taskId: 'b', timeoutMs: 5 }] })).toEqual({
      task_id: 'a',
      stop_on_error: true,
      filter: { min_delta: 0.5 },
      requests: [{ task_id: 'b', timeout_ms: 5 }],
    });
  });

  it('are taken as texts where the schema says what they have to be, and numbers where it wants a text', () => {
    expect(
      read({ task_id: 7, limit: '25', stop_on_error: 'true', filter: '{"minDelta":"0.5","steps":["a"]}', mode: 'priorityDependency' }),
    ).toEqual({
      task_id: '7',
      limit: 25,
      stop_on_error: true,
      filter: { min_delta: 0.5, steps: ['a'] },
      mode: 'priority_dependency',
    });
  });

  it("are left alone where they are the task's own: input and schemas", () => {
    const input = { firstName: '42', isOk: 'true', '{': '[' };
    const own = { type: 'object', properties: { firstName: { minLength: '1' } } };
    expect(read({ task_id: 'a', input, schema: own })).toEqual({ task_id: 'a', input, schema: own });
    expect(read({ task_id: 'a', input: '{"a":1}' })).toEqual({ task_id: 'a', input: '{"a":1}' });
  });

  it('may be null where they may be left out', () => {
    expect(read({ task_id: 'a', limit: null, filter: null, input: null })).toEqual({ task_id: 'a', input: null });
    expect(read(undefined)).toEqual({});
  });

  it('are refused when unknown, with the one that was probably meant', () => {
    expect(complaint({ task_id: 'a', taks_id: 'b' })).toContain('taks_id: is no argument of this tool; did you mean task_id?');
    expect(complaint({ stop: true })).toContain('did you mean stop_on_error?');
    expect(complaint({ filter: { mindelta: 1 } })).toContain('filter.mindelta: is no argument of this tool; did you mean min_delta?');
    expect(complaint({ wholly_different_thing: 1 })).toContain('it takes task_id, input, limit');
    expect(complaint({ task_id: 'a', taskId: 'b' })).toContain('says task_id a second time');
  });

  it('hold nothing of the prototype of objects', () => {
    expect(complaint(JSON.parse('{"__proto__": {"limit": 1}}'))).toContain('__proto__: is no argument');
    expect(complaint({ constructor: 1 })).toContain('is no argument');
  });
});
