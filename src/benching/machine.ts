import { arch, cpus, platform, release } from 'node:os';
import type { Conditions } from './bench-report.ts';

/** What a measurement was made on. @param ratchet version of this program */
export function thisMachine(ratchet: string): Conditions['machine'] {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    ratchet,
  };
}
