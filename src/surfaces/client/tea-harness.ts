import { defineError, listInput, listOutput, operation, stream, type Listing } from '#kernel/index.ts';
import { z } from 'zod';

/** A noun of its own, so that tests of the client hold whatever the real operations become. */
export const Tea = z.object({ id: z.number().int(), name: z.string(), status: z.string(), brewedAt: z.string().nullable() });

export const teaNotFound = defineError<{ id: string }>('TEST_TEA_NOT_FOUND', {
  http: 404,
  exit: 'invalidInput',
  message: ({ id }) => `There is no tea ${id}.`,
  hint: () => 'Look what there is: ratchet tea list.',
  about: 'For tests.',
});

export const teaListing = {
  noun: 'tea',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'The tea' },
    name: { kind: 'text', isSortable: true, describe: 'Name of the tea' },
    status: { kind: 'word', words: ['COLD', 'HOT', 'SPILLED'], describe: 'Where it stands' },
    cups: { kind: 'number', isSortable: true, describe: 'How many cups' },
    brewedAt: { kind: 'time', isSortable: true, describe: 'When it was brewed' },
    isSweet: { kind: 'flag', describe: 'Whether it is sweet' },
  },
  sort: { field: 'brewedAt', order: 'desc' },
} as const satisfies Listing;

const at = { details: 'For tests.', errors: [teaNotFound], permission: 'tea:any' } as const;
const example = (line: string) => [{ line: `ratchet ${line}`, about: 'For tests' }];

export const listTeas = operation({
  ...at,
  name: 'teas.list',
  summary: 'List teas',
  input: listInput(teaListing),
  output: listOutput(Tea),
  effect: 'read',
  on: { rest: 'GET /teas', cli: { command: 'tea list', examples: example('tea list --status hot') } },
  run: async () => ({ items: [], total: 0, isTotalExact: true, next: null }),
});

export const showTea = operation({
  ...at,
  name: 'teas.show',
  summary: 'Show a tea',
  input: z.object({
    id: z.union([z.number().int(), z.string().min(1)]).describe('Number or name of the tea'),
    withLeaves: z.boolean().default(false).describe('Show its leaves too'),
  }),
  output: Tea,
  effect: 'read',
  on: { rest: 'GET /teas/:id', cli: { command: 'tea show', positional: ['id'], examples: example('tea show 1') } },
  run: async () => ({ id: 1, name: 'Assam', status: 'HOT', brewedAt: null }),
});

export const brewTea = operation({
  ...at,
  name: 'teas.brew',
  summary: 'Brew a tea',
  input: z.strictObject({ name: z.string().describe('Which'), recipe: z.unknown().optional().describe('How') }),
  output: Tea,
  effect: 'write',
  on: {
    rest: { route: 'POST /teas', status: 201 },
    cli: { command: 'tea brew', positional: ['name'], examples: example('tea brew Assam') },
  },
  run: async () => ({ id: 1, name: 'Assam', status: 'HOT', brewedAt: null }),
});

export const spillTeas = operation({
  ...at,
  name: 'teas.spill',
  summary: 'Spill teas',
  input: z.object({ status: z.string().optional().describe('Only these') }),
  output: z.object({ spilled: z.number().int() }),
  effect: 'destroy',
  on: { rest: { route: 'POST /teas/spill', answers: 'done' }, cli: { command: 'tea spill', examples: example('tea spill') } },
  run: async () => ({ spilled: 0 }),
});

export const removeTea = operation({
  ...at,
  name: 'teas.remove',
  summary: 'Remove a tea',
  input: z.object({ id: z.string().describe('Which') }),
  output: z.void(),
  effect: 'destroy',
  on: {
    rest: { route: 'DELETE /teas/:id', status: 204 },
    cli: { command: 'tea remove', positional: ['id'], examples: example('tea remove 1') },
  },
  run: async () => {},
});

export const teaStats = operation({
  ...at,
  name: 'teas.stats',
  summary: 'Count teas',
  input: z.object({}),
  output: z.object({ total: z.number().int() }),
  effect: 'read',
  on: { rest: { route: 'GET /teas/stats', answers: 'stats' }, cli: { command: 'tea stats', examples: example('tea stats') } },
  run: async () => ({ total: 0 }),
});

export const followTea = stream({
  ...at,
  name: 'teas.follow',
  summary: 'Follow a tea',
  input: z.object({ id: z.string() }),
  data: z.object({ degrees: z.number() }),
  on: { rest: 'GET /teas/:id/follow' },
  open: async function* () {},
});
