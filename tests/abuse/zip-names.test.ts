import { hostileArchive, soundTask } from './hostile-archive.ts';

// Names that mean something to whoever keeps files in an object, and names that mean two files at once.
hostileArchive(
  'names of the object prototype',
  [
    ...soundTask,
    { name: '__proto__.js', content: 'x' },
    { name: 'constructor', content: 'x' },
    { name: '__proto__/polluted.json', content: '{}' },
  ],
  ['none', 'TASK_ARCHIVE_UNSAFE', 'TASK_INVALID'],
);
hostileArchive(
  'the same name twice',
  [...soundTask, { name: 'main.js', content: "(function () { return 'other'; })" }],
  ['TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'a name a thousand folders deep',
  [...soundTask, { name: `${'a/'.repeat(1_000)}x.js`, content: 'x' }],
  ['none', 'TASK_ARCHIVE_UNSAFE', 'TASK_TOO_LARGE'],
);
hostileArchive(
  'control characters and terminal codes in a name',
  [...soundTask, { name: 'a\u001b[2J\u0000\n.js', content: 'x' }],
  ['none', 'TASK_ARCHIVE_UNSAFE', 'TASK_INVALID'],
);
