import { createHash } from 'node:crypto';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import type { TaskPair } from './pairs/task-pair.ts';

export type Side = 'planted' | 'mended';

/** The files of one of a pair's tasks. */
export function filesOf(pair: TaskPair, side: Side): Record<string, string> {
  const digest = createHash('sha256').update(`${pair.name} ${side}`).digest('hex');
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return {
    'metadata.json': JSON.stringify({ uuid, version: '1.0.0', label: pair.name, description: pair.bug }),
    [pair.language === 'ts' ? 'main.ts' : 'main.js']: pair[side],
    'input.schema.json': JSON.stringify(pair.input),
    'output.schema.json': JSON.stringify(pair.output),
    ...Object.fromEntries((pair.tests ?? []).map((test, index) => [`tests/test-00${index + 1}.json`, JSON.stringify(test)])),
  };
}

export function taskOf(pair: TaskPair, side: Side): Promise<Task> {
  return loadFrom(filesFromMemory(`${pair.name} (${side})`, filesOf(pair, side)));
}
