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
  { id: 'console.resize', promise: 'A terminal may change its size while a line is typed, an answer is paged or the monitor runs.', page },
  {
    id: 'console.recorded-session',
    promise: 'The session that the documents show is recorded in a real terminal, and is what the console shows today.',
    page: 'docs/reference/console-session.md',
  },
  { id: 'console.long-scripts', promise: 'A script of ten thousand lines takes seconds, and a bounded amount of memory.', page },
  { id: 'console.own-server-ends', promise: 'A server that the console has started ends with the console, however that ends.', page },
  { id: 'console.reconnects', promise: 'When its server comes back, also after it was killed, the console goes on with it.', page },
  { id: 'console.monitor-leaves', promise: 'However the monitor ends, the terminal is as it was before.', page },
];
