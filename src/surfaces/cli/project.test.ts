import { operation } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandRows, groupSummaries } from './commands.ts';
import { shapeOf } from './project.ts';
import { readInput } from './read-input.ts';

const brew = operation({
  name: 'tea.brew',
  summary: 'Brew tea',
  details: 'Brews tea.',
  input: z.object({
    path: z.string().describe('Where the leaves are'),
    cups: z.number().int().default(2).describe('How many'),
    steepMs: z.number().optional(),
    potMb: z.number().optional(),
    guestId: z.union([z.number().int(), z.string()]).optional(),
    noGuest: z.array(z.string()).optional(),
    strength: z.enum(['weak', 'strong']).default('weak'),
    withMilk: z.boolean().default(false),
    note: z.string().nullable().optional(),
    guest: z.array(z.string()).optional(),
    recipe: z.unknown().optional(),
    extra: z.record(z.string(), z.number()).optional(),
  }),
  output: z.object({}),
  errors: [],
  effect: 'write',
  permission: 'tea:brew',
  on: {
    cli: { command: 'brew', positional: ['path'], flags: { path: '--from-fs' }, examples: [{ line: 'ratchet brew x', about: 'Brews' }] },
  },
  run: async () => ({}),
});
const shape = shapeOf(brew);

function read(flags: Record<string, string | boolean | string[]>, words: string[] = ['leaves'], stdin = '') {
  return readInput(shape, { flags: new Map(Object.entries(flags)), words, readStdin: async () => stdin });
}

describe('the flags of an operation', () => {
  it('follow from the fields of its input', () => {
    expect(shape.flags.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'from-fs text',
      'cups number',
      'steep duration',
      'pot memory',
      'guest-id text-or-number',
      'no-guest list',
      'strength text',
      'with-milk switch',
      'note text',
      'guest list',
      'recipe-json json',
      'recipe-file json-file',
      'extra-json json',
      'extra-file json-file',
    ]);
    const [path, cups, , , , , strength] = shape.flags;
    expect(path).toMatchObject({ isRequired: true, isPath: true, describe: 'Where the leaves are' });
    expect(cups).toMatchObject({ isRequired: false, defaultValue: 2 });
    expect(strength).toMatchObject({ choices: ['weak', 'strong'], defaultValue: 'weak' });
  });

  it('are refused for an operation that is not on the command line, or names a field it does not have', () => {
    expect(() => shapeOf({ ...brew, on: {} })).toThrow(/tea\.brew/);
    expect(() => shapeOf({ ...brew, on: { cli: { ...brew.on.cli!, positional: ['nowhere'] } } })).toThrow(/nowhere/);
  });
});

describe('what was typed', () => {
  it('becomes the input in the units of the fields', async () => {
    expect(
      await read({ steep: '500ms', pot: '1GB', cups: '3', 'with-milk': true, guest: ['a', 'b'], 'recipe-json': '[1]', note: '' }),
    ).toEqual({ path: 'leaves', steepMs: 500, potMb: 1024, cups: 3, withMilk: true, guest: ['a', 'b'], recipe: [1], note: '' });
    expect(await read({ 'guest-id': '42' })).toMatchObject({ guestId: 42 });
    expect(await read({ 'guest-id': '0190a1b2-0000' })).toMatchObject({ guestId: '0190a1b2-0000' });
    expect(await read({ 'guest-id': '12345678901234567890' })).toMatchObject({ guestId: '12345678901234567890' });
    expect(await read({ steep: '1.5', pot: '64' })).toMatchObject({ steepMs: 1500, potMb: 64 });
    expect(await read({ 'recipe-file': '-' }, ['leaves'], '{"a":1}')).toMatchObject({ recipe: { a: 1 } });
  });

  it('is refused with what would be right', async () => {
    await expect(read({}, [])).rejects.toThrow('missing: --from-fs <path>, or just <path>');
    await expect(read({}, ['a', 'b'])).rejects.toThrow('unexpected argument "b"');
    await expect(read({ 'from-fs': 'other' })).rejects.toThrow(/"leaves" and --from-fs both say/);
    await expect(read({ 'recipe-json': '1', 'recipe-file': '-' })).rejects.toThrow(/--recipe-json and --recipe-file both say/);
    await expect(read({ cups: 'two' })).rejects.toThrow('--cups needs a number, not "two"');
    await expect(read({ steep: 'long' })).rejects.toThrow(/--steep needs a duration such as/);
    await expect(read({ steep: '0' })).rejects.toThrow(/--steep/);
    await expect(read({ pot: 'big' })).rejects.toThrow(/--pot needs an amount such as/);
    await expect(read({ 'recipe-file': '/nowhere/at/all' })).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', exit: 'invalidInput' });
  });

  it('may say the same thing twice', async () => {
    expect(await read({ 'from-fs': 'leaves' })).toEqual({ path: 'leaves' });
  });
});

describe('the list of commands', () => {
  it('says of every word that leads to several what they are about', () => {
    const groups = new Set(commandRows.flatMap(({ words }) => [...words.matchAll(/ /g)].map(({ index }) => words.slice(0, index))));
    expect(Object.keys(groupSummaries).toSorted()).toEqual([...groups].toSorted());
  });

  it('names every command and its summary as its operation does', async () => {
    for (const row of commandRows) {
      const { operation: own } = await row.load();
      expect([row.words, row.summary]).toEqual([own.on.cli?.command, own.summary]);
    }
  });
});
