import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Subject } from './subject.ts';

const run = promisify(execFile);
const file = join(import.meta.dirname, '..', 'peers', 'fresh-node-child.js');

/** A new Node process per run: isolation by the operating system alone. */
export function freshNode(): Subject {
  return {
    name: 'fresh node process',
    kind: 'peer',
    workers: 0,
    run: async (input) => (await run(process.execPath, [file, input])).stdout,
    close: async () => {},
  };
}
