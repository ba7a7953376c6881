import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Isolation } from '#engine/index.ts';
import type { BenchOptions } from '../options.ts';
import type { ProcessMemory } from '../process-family.ts';

export interface MemoryFigures {
  /** Executions of the addition task, four at a time, between the two measurements. */
  readonly executions: number;
  readonly workerStarted: ProcessMemory;
  /** A second after the last execution. */
  readonly workerAfter: Record<Isolation, ProcessMemory>;
  /** Twenty seconds after it: what is only kept for speed has been given up, and V8 has returned the pages. */
  readonly idle: Record<Isolation | 'host', ProcessMemory>;
  readonly hostStarted: ProcessMemory;
}

/** Memory of one idle worker and of the process that owns it. */
export async function measureMemory(options: BenchOptions): Promise<MemoryFigures> {
  const probe = join(import.meta.dirname, '..', 'memory-probe.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [probe, options.isQuick ? '200' : '2000']);
  return JSON.parse(stdout) as MemoryFigures;
}
