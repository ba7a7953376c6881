import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { additionInput } from '../tasks/load.ts';
import type { JobServer, JobTimes, Progress } from './job-server.ts';

/**
 * Starts one of the servers in `peers/`.
 * @param backing processes it leans on, which are stopped after it
 */
export async function startPeer(file: string, args: readonly string[], backing: Backing): Promise<JobServer> {
  const child = fork(join(import.meta.dirname, '..', 'peers', file), [...args]);
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(child, 'message').then(([message]) => message as string),
    exited.then(([code]) => {
      throw new Error(`${file} ended with ${code} before it was ready`);
    }),
  ]).catch(async (caught: unknown) => {
    await backing.stop();
    throw caught;
  });
  const ask = async <T>(path: string, method = 'GET'): Promise<T> => {
    const response = await fetch(`${url}${path}`, { method });
    if (!response.ok) throw new Error(`${file} answered ${path} with ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    url,
    post: { path: '/jobs', body: additionInput },
    pids: [child.pid!, ...backing.pids],
    progress: () => ask<Progress>('/progress'),
    lastFinishedAt: async () => (await ask<{ at: number }>('/last-finished')).at,
    times: (last) => ask<JobTimes[]>(`/times?last=${last}`),
    pause: async () => {
      await ask('/pause', 'POST');
    },
    async stop() {
      child.disconnect();
      await exited;
      await backing.stop();
    },
  };
}

export interface Backing {
  readonly pids: readonly number[];
  stop(): Promise<void>;
}
