// Makes the sample archives: `node sample/make-archives.ts`. The same files give the same bytes on every machine.
import { createWriteStream, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

const samples = join(import.meta.dirname, 'js-tasks');

/** Which sample goes where in which archive. addition.zip holds the task twice: the one at the root counts. */
export const archives: Readonly<Record<string, readonly { task: string; prefix: string }[]>> = {
  'addition.zip': [
    { task: 'addition', prefix: '' },
    { task: 'addition', prefix: 'sample/js-tasks/addition/' },
  ],
  'weather-api.zip': [{ task: 'weather-api', prefix: '' }],
};

/** An archive as a stream of its bytes. Stored, not compressed: compressors differ between versions. */
export function archiveStream(name: string): NodeJS.ReadableStream {
  const zip = new ZipFile();
  for (const { task, prefix } of archives[name]!) {
    for (const file of globSync('**/*.*', { cwd: join(samples, task) }).toSorted()) {
      // A local time, because archives hold local times: the same digits everywhere.
      const options = { compress: false, mtime: new Date(2025, 0, 1), mode: 0o100644, forceDosTimestamp: true };
      zip.addBuffer(readFileSync(join(samples, task, file)), prefix + file, options);
    }
  }
  zip.end();
  return zip.outputStream;
}

if (import.meta.main) {
  for (const name of Object.keys(archives)) await pipeline(archiveStream(name), createWriteStream(join(samples, name)));
}
