import { hostileArchive, soundTask } from './hostile-archive.ts';
import { rawZip } from './raw-zip.ts';

// Archives that are cut, empty, or only pretend.
const sound = rawZip(soundTask);
hostileArchive('an empty file', Buffer.alloc(0), ['TASK_ARCHIVE_UNSAFE', 'TASK_INVALID']);
hostileArchive('half an archive', sound.subarray(0, sound.length / 2), ['TASK_ARCHIVE_UNSAFE']);
hostileArchive('an archive without its first half', sound.subarray(sound.length / 2), ['TASK_ARCHIVE_UNSAFE']);
hostileArchive('a megabyte of noise', Buffer.alloc(1_000_000, 'PK\u0003\u0004\u0005\u0006'), ['TASK_ARCHIVE_UNSAFE']);
hostileArchive('an archive with damaged content', Buffer.from(sound.map((byte, i) => (i > 60 && i < 90 ? byte ^ 0xff : byte))), [
  'TASK_ARCHIVE_UNSAFE',
  'TASK_INVALID',
]);
