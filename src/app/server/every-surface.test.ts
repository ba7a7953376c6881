import { expect, it } from 'vitest';
import { fullSurfaces, type Surfaces } from '#kernel/index.ts';
import { commandRows } from '#surfaces/cli/commands.ts';
import { connect } from '#surfaces/client/index.ts';
import { serverOperations, serverStreams } from './server-operations.ts';

const served: readonly { readonly name: string; readonly on: Surfaces }[] = [...serverOperations, ...serverStreams];

it.each(served.map((one) => [one.name, one.on] as const))('%s is on every surface, or says where not and why', (_name, on) => {
  for (const surface of fullSurfaces) {
    const reason = on.without?.[surface];
    // A reason beside the thing itself would be a lie.
    if (on[surface] !== undefined) expect(reason).toBeUndefined();
    else expect(reason, `no ${surface}, and no reason in on.without`).toMatch(/^.{20,}\.$/);
  }
});

it('every command that an operation names is there', () => {
  const words = new Set(commandRows.map((row) => row.words));
  expect(served.flatMap(({ on }) => (on.cli === undefined || words.has(on.cli.command) ? [] : [on.cli.command]))).toEqual([]);
});

it('the client has a method for everything that REST serves', () => {
  const client = connect({ url: 'http://127.0.0.1:1' }) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const missing = served.filter(({ name, on }) => {
    const [noun, verb] = name.split('.') as [string, string];
    return on.rest !== undefined && typeof client[noun]?.[verb] !== 'function';
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});
