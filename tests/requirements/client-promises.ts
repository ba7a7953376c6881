import type { Promised } from './promised.ts';

/** What the client promises to programs. */
export const clientPromises: readonly Promised[] = [
  {
    id: 'client.lost-answers',
    promise: 'The client does nothing twice when an answer is lost on the way: it tries again under the same key.',
    page: 'docs/guide/client.md',
  },
  {
    id: 'client.resumed-streams',
    promise: 'The client goes on with a stream behind the last event it has seen when a connection breaks.',
    page: 'docs/guide/client.md',
  },
  {
    id: 'client.browsers',
    promise: 'The client runs in browsers and in workers as it does in Node.',
    page: 'docs/guide/client.md',
  },
  {
    id: 'client.generated',
    promise: 'Clients can be generated from the published documents.',
    page: 'docs/guide/client.md',
  },
];
