import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { Subject } from './subject.ts';

/** Piscina: a pool of threads that keep running the same module. No isolation between runs, no limits on memory or time. */
export function threadPool(threads: number): Subject {
  const filename = join(import.meta.dirname, '..', 'peers', 'piscina-worker.ts');
  const pool = new Piscina<string, string>({ filename, minThreads: threads, maxThreads: threads });
  return {
    name: 'piscina, no isolation',
    kind: 'peer',
    workers: threads,
    run: (input) => pool.run(input),
    close: () => pool.destroy(),
  };
}
