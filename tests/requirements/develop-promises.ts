import type { Promised } from './promised.ts';

const page = 'docs/guide/develop-over-the-api.md';

/** What a server promises to those who write tasks on it. */
export const developPromises: readonly Promised[] = [
  { id: 'develop.templates', promise: 'A task made of a template is valid, and its tests pass, whatever its parameters hold.', page },
  { id: 'develop.test', promise: 'Tests of a stored task, or of a draft of it, run on the server and reach no network.', page },
  { id: 'develop.debug', promise: 'A run on the server brings back the variables at the lines asked for, without secrets.', page },
  { id: 'develop.compare', promise: 'Every version stays and can be compared with any other.', page },
  {
    id: 'develop.approval',
    promise: 'Where the operator wants it, a version that may reach more of the network runs only after somebody has approved of it.',
    page,
  },
  {
    id: 'develop.transfer',
    promise: 'Tasks are exported and imported byte for byte, with their versions, each as a whole or not at all.',
    page,
  },
  {
    id: 'develop.batch',
    promise: 'Requests of a batch run in the order in which they depend on each other, and what depends on a failure is skipped.',
    page,
  },
];
