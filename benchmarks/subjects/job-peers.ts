import type { JobSubject } from './job-server.ts';
import { startPeer } from './peer-server.ts';
import { postgresSchema, postgresUrl } from './postgres.ts';
import { startRedis, type AppendFsync } from './redis.ts';

/** Fastify and BullMQ with its sandboxed processor, on a Redis of its own. */
export function bullmqJobs(processes: number, appendFsync: AppendFsync): JobSubject {
  return {
    name: `Fastify + BullMQ, sandboxed processor, ${processes} processes`,
    kind: 'bullmq',
    isolation: 'process',
    storage: `Redis, append-only ${appendFsync}`,
    async start() {
      const redis = await startRedis(appendFsync);
      return startPeer('bullmq-server.ts', [String(redis.port), String(processes)], { pids: [redis.pid], stop: () => redis.stop() });
    },
  };
}

export const pgBossJobs: JobSubject = onPostgres('Fastify + pg-boss, in process', 'pg-boss-server.ts');
export const graphileJobs: JobSubject = onPostgres('Fastify + graphile-worker, in process', 'graphile-server.ts');

function onPostgres(name: string, file: string): JobSubject {
  return {
    name,
    kind: 'peer',
    isolation: 'none',
    storage: 'PostgreSQL',
    async start() {
      const schema = await postgresSchema();
      return startPeer(file, [postgresUrl, schema.name], {
        pids: schema.serverPid === null ? [] : [schema.serverPid],
        stop: () => schema.remove(),
      });
    },
  };
}
