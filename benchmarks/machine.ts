import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

const peers = ['isolated-vm', 'undici', 'ajv', 'piscina', 'bullmq', 'ioredis'] as const;

/** Where the figures were taken; without it they mean nothing. */
export function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    kernel: release(),
  };
}

export function versions(): Record<string, string> {
  const named = peers.map((name) => [name, versionOf(name)] as const);
  return { node: process.versions.node, v8: process.versions.v8, ...Object.fromEntries(named) };
}

/** Load average over one minute: anything near the number of cores before the start spoils every figure. */
export function loadNow(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}

function versionOf(name: string): string {
  // Not every package lets its package.json be required.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'not installed';
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
