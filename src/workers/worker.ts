import type { EngineStats } from '#engine/index.ts';
import { isoTime, Timestamp } from '#kernel/index.ts';
import { z } from 'zod';

export const workerStatuses = ['IDLE', 'RUNNING', 'STOPPING', 'ERROR'] as const;

/** A process that runs executions, as answers show it. */
export const Worker = z
  .object({
    id: z.string(),
    pid: z.number().int().nullable(),
    status: z.enum(workerStatuses).describe('ERROR: it has stopped answering and will be ended if it stays silent.'),
    health: z.enum(['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'UNKNOWN']),
    lane: z
      .enum(['quick', 'unknown', 'suspect'])
      .describe('Which programs it serves: known to be quick, not known yet, or lately in trouble.'),
    taskCount: z.number().int().describe('Executions begun since it started.'),
    currentTask: z.string().nullable().describe('Id of an execution that runs in it.'),
    running: z.array(z.string()).describe('Ids of all executions that run in it.'),
    uptimeSeconds: z.number(),
    memoryUsageMb: z.number(),
    cpuUsagePercent: z.number().describe('Since the last look, of one processor.'),
    lastHeartbeat: Timestamp.describe('When it was last known to answer.'),
  })
  .meta({ id: 'Worker' });
export type Worker = z.infer<typeof Worker>;

type EngineWorker = EngineStats['workers'][number];

/** Silent for so long a worker is worth a look; the engine ends it after a few seconds more. */
const degradedAfterMs = 1_500;

export function shownWorker(worker: EngineWorker, cpuPercent: number, now: number): Worker {
  const isSilent = worker.silentMs > degradedAfterMs;
  return {
    id: worker.id,
    pid: worker.pid ?? null,
    status: isSilent ? 'ERROR' : worker.state === 'leaving' ? 'STOPPING' : worker.running.length > 0 ? 'RUNNING' : 'IDLE',
    health: worker.state === 'starting' ? 'UNKNOWN' : isSilent ? 'UNHEALTHY' : worker.silentMs > 0 ? 'DEGRADED' : 'HEALTHY',
    lane: worker.lane,
    taskCount: worker.executions,
    currentTask: worker.running[0] ?? null,
    running: worker.running,
    uptimeSeconds: Math.round(worker.uptimeMs / 100) / 10,
    memoryUsageMb: Math.round(worker.rssBytes / 104_857.6) / 10,
    cpuUsagePercent: Math.round(cpuPercent * 10) / 10,
    lastHeartbeat: isoTime(now - worker.silentMs),
  };
}
