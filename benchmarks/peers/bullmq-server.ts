// Fastify and BullMQ, whose sandboxed processor runs each job in one of a few processes that are kept. Arguments: port of Redis, processes.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { serveJobs } from './job-front.ts';

const [port, concurrency] = process.argv.slice(2).map(Number);
const connection = { host: '127.0.0.1', port: port! };
const queue = new Queue<{ input: string }, string>('addition', { connection });
const processor = pathToFileURL(join(import.meta.dirname, 'bullmq-processor.ts'));
const worker = new Worker<{ input: string }, string>('addition', processor, { connection, concurrency: concurrency! });
worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
await worker.waitUntilReady();

await serveJobs({
  async add(input) {
    // The sandboxed processor is handed what the in-process ones are: JSON text.
    const job = await queue.add('add', { input: JSON.stringify(input) });
    return job.id!;
  },
  async progress() {
    const { completed = 0, failed = 0 } = await queue.getJobCounts('completed', 'failed');
    return { finished: completed, failed };
  },
  lastFinishedAt: async () => (await queue.getCompleted(0, 0))[0]!.finishedOn!,
  async times(last) {
    const jobs = await queue.getCompleted(0, last - 1);
    return jobs.map(({ timestamp, processedOn, finishedOn }) => ({
      queuedAt: timestamp,
      startedAt: processedOn!,
      finishedAt: finishedOn!,
    }));
  },
  pause: () => queue.pause(),
  async close() {
    await worker.close(true);
    await queue.close();
  },
});
