import type { Listing } from '#kernel/index.ts';

/** How the list of tasks can be narrowed and sorted. */
export const taskListing = {
  noun: 'tasks',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Number of the task on this server' },
    uuid: { kind: 'id', describe: 'Identity of the task' },
    name: { kind: 'text', isSortable: true, describe: 'Name for machines' },
    label: { kind: 'text', isSortable: true, describe: 'Name for people' },
    description: { kind: 'text', describe: 'What the task does' },
    version: { kind: 'text', isSortable: true, describe: 'The version that runs when nobody names one' },
    enabled: { kind: 'flag', isSortable: true, describe: 'Whether jobs of it run' },
    registrySource: { kind: 'flag', describe: 'Whether it comes from a source' },
    inSync: { kind: 'flag', isSortable: true, describe: 'Whether what is stored is what its source holds' },
    repositoryId: { kind: 'id', describe: 'Number of the source it comes from' },
    mcpTool: { kind: 'flag', describe: 'Whether it asks to be a tool of its own for MCP clients' },
    needsPush: { kind: 'flag', isSortable: true, describe: 'Whether it is to be committed to its source' },
    hasValidation: { kind: 'flag', describe: 'Whether it was ever found valid' },
    createdAt: { kind: 'time', isSortable: true, describe: 'When the server first knew it' },
    updatedAt: { kind: 'time', isSortable: true, describe: 'When it last changed' },
    validatedAt: { kind: 'time', isSortable: true, describe: 'When it was last found valid' },
  },
  sort: { field: 'name', order: 'asc' },
} as const satisfies Listing;
