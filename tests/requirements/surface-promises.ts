import type { Promised } from './promised.ts';

/** What the surfaces of a server promise, each and together. */
export const surfacePromises: readonly Promised[] = [
  {
    id: 'graphql.older-documents',
    promise: 'Documents written for earlier versions of the GraphQL interface run as they are.',
    page: 'docs/guide/graphql.md',
  },
  {
    id: 'graphql.batched-edges',
    promise: 'Following edges from a list costs a number of statements that does not grow with the list.',
    page: 'docs/guide/graphql.md',
  },
  {
    id: 'graphql.limits',
    promise: 'A document that asks for too much at once is refused before anything is read.',
    page: 'docs/guide/graphql.md',
  },
  {
    id: 'graphql.slow-subscribers',
    promise: 'A subscriber that reads slowly costs bounded memory: it is given the newest state of things, and in the end let go.',
    page: 'docs/guide/graphql.md',
  },
  {
    id: 'surfaces.parity',
    promise: 'The same calls through REST, GraphQL, the client and the command line leave the same rows behind.',
    page: 'docs/reference/surfaces.md',
  },
  {
    id: 'rest.refine',
    promise: 'Lists and forms of Refine work with @refinedev/simple-rest as it is published.',
    page: 'docs/guide/rest.md',
  },
  { id: 'graphql.federation', promise: 'The server composes into a federation of GraphQL servers.', page: 'docs/guide/graphql.md' },
];
