import { bullmqJobs, graphileJobs, pgBossJobs } from '../../subjects/job-peers.ts';
import type { JobSubject } from '../../subjects/job-server.ts';
import { postgresProblem } from '../../subjects/postgres.ts';
import { ratchetJobs } from '../../subjects/ratchet-jobs.ts';
import { startRedis } from '../../subjects/redis.ts';
import type { Skip } from '../../subjects/subject.ts';

/** Every job server whose storage can be had here. */
export async function subjectsHere(skipped: Skip[]): Promise<readonly JobSubject[]> {
  const noRedis = await redisProblem();
  const noPostgres = await postgresProblem();
  if (noRedis !== null) skipOnce(skipped, { what: 'Fastify + BullMQ', why: `no Redis can be started: ${noRedis}` });
  if (noPostgres !== null) skipOnce(skipped, { what: 'pg-boss, graphile-worker, and Ratchet on PostgreSQL', why: noPostgres });
  const onRedis = [bullmqJobs(2, 'everysec'), bullmqJobs(10, 'everysec'), bullmqJobs(2, 'always'), bullmqJobs(10, 'always')];
  return [
    ratchetJobs('fresh', 'sqlite'),
    ratchetJobs('warm', 'sqlite'),
    ...(noRedis === null ? onRedis : []),
    ...(noPostgres === null ? [ratchetJobs('fresh', 'postgres'), pgBossJobs, graphileJobs] : []),
  ];
}

async function redisProblem(): Promise<string | null> {
  try {
    await (await startRedis('everysec')).stop();
    return null;
  } catch (caught) {
    return caught instanceof Error ? caught.message : String(caught);
  }
}

function skipOnce(skipped: Skip[], skip: Skip): void {
  if (!skipped.some(({ what }) => what === skip.what)) skipped.push(skip);
}
