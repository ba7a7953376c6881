import type { Promised } from './promised.ts';

const page = 'docs/guide/console.md';

/** What is promised of the console. */
export const consolePromises: readonly Promised[] = [
  { id: 'console.documented-lines', promise: 'Every line of the console that the documents show runs word for word.', page },
  {
    id: 'console.script-failure',
    promise: 'A script ends at its first line that fails, says which, and the console ends with the exit code of that command.',
    page,
  },
  {
    id: 'console.cancel',
    promise: 'Ctrl-C ends the command and not the console, and the execution that was waited for is cancelled on the server.',
    page,
  },
  { id: 'console.monitor-leaves', promise: 'However the monitor ends, the terminal is as it was before.', page },
];
