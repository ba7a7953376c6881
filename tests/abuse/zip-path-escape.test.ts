import { hostileArchive, soundTask } from './hostile-archive.ts';

// Names that climb out of the folder they are unpacked to.
for (const name of [
  '../ratchet-escaped',
  '../../../../../../tmp/ratchet-escaped',
  '/tmp/ratchet-escaped',
  'a/../../ratchet-escaped',
  '..\\ratchet-escaped',
  'C:\\ratchet-escaped',
  'a/./../../ratchet-escaped.js',
  '\\\\server\\share\\ratchet-escaped',
]) {
  hostileArchive(`an entry named ${name}`, [...soundTask, { name, content: 'escaped' }], ['TASK_ARCHIVE_UNSAFE']);
}
