import { hostileArchive, soundTask } from './hostile-archive.ts';

// Forty kilobytes that unpack to forty megabytes, files that lie about their size, and too many of them.
const zeroes = Buffer.alloc(120_000_000);
hostileArchive(
  'a file that unpacks to 120 megabytes',
  [...soundTask, { name: 'data.json', content: zeroes }],
  ['TASK_TOO_LARGE', 'TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'a file that claims ten bytes and unpacks to 120 megabytes',
  [...soundTask, { name: 'data.json', content: zeroes, claimedSize: 10 }],
  ['TASK_TOO_LARGE', 'TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'main.js of 120 megabytes',
  [soundTask[0]!, { name: 'main.js', content: zeroes }],
  ['TASK_TOO_LARGE', 'TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'a hundred thousand files',
  [...soundTask, ...Array.from({ length: 60_000 }, (_, i) => ({ name: `f${i}.js` }))],
  ['TASK_TOO_LARGE', 'TASK_ARCHIVE_UNSAFE'],
);
hostileArchive(
  'an archive in an archive',
  [{ name: 'inner.zip', content: zeroes.subarray(0, 1_000_000) }],
  ['TASK_INVALID', 'TASK_ARCHIVE_UNSAFE', 'TASK_NOT_FOUND', 'TASK_TOO_LARGE'],
);
