import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { drive } from '../drive.ts';
import type { BenchOptions } from '../options.ts';
import { median, rounded } from '../percentiles.ts';
import { startPlatform } from '../subjects/ratchet.ts';
import type { Skip } from '../subjects/subject.ts';
import { benchTask } from '../tasks/load.ts';

export interface FetchFigures {
  readonly style: 'sequential, read without await' | 'sequential, await' | 'twenty at a time';
  /** From within a task, through the realm, the pipe and the effects gate. */
  readonly taskPerSecond: number;
  /** undici's own `request` from this process, to the same server. */
  readonly undiciPerSecond: number;
  readonly undiciTimesTask: number;
}

const styles = [
  { style: 'sequential, read without await', task: 'fetch-sync', alone: sequential },
  { style: 'sequential, await', task: 'fetch-await', alone: sequential },
  { style: 'twenty at a time', task: 'fetch-parallel', alone: twentyAtATime },
] as const;

/** Requests per second from one task that does nothing else, against undici alone. */
export async function measureFetch(options: BenchOptions, skipped: Skip[]): Promise<FetchFigures[]> {
  const server = fork(join(import.meta.dirname, '..', 'local-server.ts'));
  const [port] = (await once(server, 'message')) as [number];
  const url = `http://127.0.0.1:${port}/`;
  const platform = await startPlatform({ 'engine.workers': 1 });
  const agent = new Agent({ connections: 20 });
  const requests = options.isQuick ? 40 : 400;
  const slice = { depth: 1, forMs: options.sliceMs };
  const figures: FetchFigures[] = [];
  try {
    for (const { style, task: name, alone } of styles) {
      const task = await benchTask(name);
      const input = JSON.stringify({ url, requests });
      const inTask = () => platform.run(task, input, 'fresh');
      try {
        await inTask();
      } catch (error) {
        skipped.push({ what: `fetch, ${style}`, why: (error as Error).message });
        continue;
      }
      const rounds = { task: [] as number[], alone: [] as number[] };
      await drive(() => alone(agent, url, requests), { depth: 1, forMs: options.warmUpMs });
      for (let round = 0; round < options.rounds; round++) {
        rounds.task.push((await drive(inTask, slice)).perSecond * requests);
        rounds.alone.push((await drive(() => alone(agent, url, requests), slice)).perSecond * requests);
      }
      const [inTasks, undici] = [median(rounds.task), median(rounds.alone)];
      figures.push({
        style,
        taskPerSecond: rounded(inTasks),
        undiciPerSecond: rounded(undici),
        undiciTimesTask: rounded(undici / inTasks),
      });
    }
  } finally {
    await agent.close();
    await platform.close();
    server.disconnect();
  }
  return figures;
}

async function one(dispatcher: Agent, url: string): Promise<number> {
  const { body } = await request(url, { dispatcher });
  return ((await body.json()) as { value: number }).value;
}

async function sequential(agent: Agent, url: string, requests: number): Promise<void> {
  for (let i = 0; i < requests; i++) await one(agent, url);
}

async function twentyAtATime(agent: Agent, url: string, requests: number): Promise<void> {
  for (let i = 0; i < requests; i += 20) await Promise.all(Array.from({ length: 20 }, () => one(agent, url)));
}
