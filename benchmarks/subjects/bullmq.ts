import { createConnection } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Queue, Worker } from 'bullmq';
import type { Subject } from './subject.ts';

const connection = { host: '127.0.0.1', port: 6379 };

/** Whether Redis answers on its usual local port. */
export function isRedisReachable(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ ...connection, timeout: 500 });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    for (const event of ['error', 'timeout']) socket.once(event, () => end(false));
  });
}

/**
 * BullMQ's sandboxed processor: jobs through Redis, each run in one of a few processes that are kept and shared by all jobs.
 * It does more than an engine call (the job is stored), so compare it with that in mind. Keys live under a prefix of this process.
 */
export async function bullmqSandbox(processes: number): Promise<Subject> {
  const prefix = `ratchet-bench-${process.pid}-${processes}`;
  const queue = new Queue<{ input: string }, string>('addition', { connection, prefix });
  const file = pathToFileURL(join(import.meta.dirname, '..', 'peers', 'bullmq-processor.ts'));
  const worker = new Worker<{ input: string }, string>('addition', file, { connection, prefix, concurrency: processes });
  const waiting = new Map<string, PromiseWithResolvers<string>>();
  let number = 0;
  worker.on('completed', (job, result) => settle(job.id)?.resolve(result));
  worker.on('failed', (job, error) => settle(job?.id)?.reject(error));
  worker.on('error', () => {});
  const settle = (id: string | undefined) => {
    const found = waiting.get(id ?? '');
    waiting.delete(id ?? '');
    return found;
  };
  await worker.waitUntilReady();
  return {
    name: 'BullMQ sandboxed processor',
    kind: 'peer',
    workers: processes,
    async run(input) {
      const jobId = `job-${++number}`;
      const answer = Promise.withResolvers<string>();
      waiting.set(jobId, answer);
      await queue.add('add', { input }, { jobId, removeOnComplete: true, removeOnFail: true });
      return answer.promise;
    },
    async close() {
      await worker.close();
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}
