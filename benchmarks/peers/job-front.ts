import Fastify from 'fastify';
import type { JobTimes, Progress } from '../subjects/job-server.ts';
import type { Pair } from './addition.ts';

/** A queue with its worker, as a front needs it. */
export interface PeerQueue {
  /** Resolves with the id of the job when it is stored. */
  add(input: Pair): Promise<string>;
  progress(): Promise<Progress>;
  /** Milliseconds since 1970 UTC. */
  lastFinishedAt(): Promise<number>;
  times(last: number): Promise<JobTimes[]>;
  pause(): Promise<void>;
  close(): Promise<void>;
}

const pair = { type: 'object', required: ['num1', 'num2'], properties: { num1: { type: 'number' }, num2: { type: 'number' } } };
const added = { type: 'object', properties: { id: { type: 'string' } } };

/** Serves a queue over HTTP the way Fastify is meant to be used, tells the parent its address, and ends when the parent lets go of it. */
export async function serveJobs(queue: PeerQueue): Promise<void> {
  const server = Fastify({ logger: false, keepAliveTimeout: 60_000 });
  server.post<{ Body: Pair }>('/jobs', { schema: { body: pair, response: { 201: added } } }, async (request, reply) => {
    reply.status(201);
    return { id: await queue.add(request.body) };
  });
  server.get('/progress', () => queue.progress());
  server.get('/last-finished', async () => ({ at: await queue.lastFinishedAt() }));
  server.get<{ Querystring: { last: string } }>('/times', (request) => queue.times(Number(request.query.last)));
  server.post('/pause', async () => {
    await queue.pause();
    return {};
  });
  process.once('disconnect', () => void server.close().then(() => queue.close().then(() => process.exit())));
  process.send!(await server.listen({ port: 0, host: '127.0.0.1' }));
}
