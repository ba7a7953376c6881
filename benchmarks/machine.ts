import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const peers = ['isolated-vm', 'undici', 'ajv', 'piscina', 'bullmq', 'ioredis', 'fastify', 'pg-boss', 'graphile-worker'] as const;

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

/** Part of all processor time that something used during half a second, 0 to 1: much of it before a measurement spoils every figure. */
export async function busyNow(): Promise<number> {
  const before = processorTimes();
  await sleep(500);
  const after = processorTimes();
  return Math.round((1 - (after.idle - before.idle) / (after.total - before.total)) * 100) / 100;
}

function processorTimes(): { idle: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), total };
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
