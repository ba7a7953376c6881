import { hostileArchive, soundTask } from './hostile-archive.ts';

// A link in the archive, followed by a file through it, writes or reads anywhere.
hostileArchive(
  'a symbolic link to a file of the system',
  [...soundTask, { name: 'lib.js', content: '/etc/passwd', mode: 0o120777 }],
  ['TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'main.js itself as a link',
  [soundTask[0]!, { name: 'main.js', content: '/etc/passwd', mode: 0o120777 }],
  ['TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'a link to a folder and a file below it',
  [...soundTask, { name: 'lib', content: '/tmp', mode: 0o120777 }, { name: 'lib/ratchet-escaped', content: 'x' }],
  ['TASK_ARCHIVE_UNSAFE'],
);
hostileArchive('a device', [...soundTask, { name: 'zero.js', content: '', mode: 0o020666 }], ['TASK_ARCHIVE_UNSAFE', 'none']);
