import type { Settings } from '#kernel/index.ts';
import { taskExists } from '#tasks/catalogue/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { ScheduleCreation } from '../schedule-request.ts';
import type { Schedules } from '../schedules.ts';
import { heartbeatCron, heartbeatEnabled, heartbeatOutputs } from '../settings.ts';
import { heartbeatFiles, heartbeatScheduleName, heartbeatScheduleUuid, heartbeatTaskUuid, heartbeatVersion } from './heartbeat-task.ts';

interface HeartbeatParts {
  readonly catalogue: Pick<Catalogue, 'find' | 'create' | 'change' | 'content'>;
  readonly schedules: Pick<Schedules, 'keepOwn' | 'removeOwn'>;
  readonly settings: Settings;
}

/** Of its jobs these many stay: enough to see that it beats, and nothing beside what others run. */
const keptJobs = 12;
const by = 'system';

/**
 * Makes the task `heartbeat` and its schedule where they are not there yet, and brings them in line with the configuration. Where the
 * configuration wants no heartbeat, the schedule goes.
 * @returns null when all is well, else why there is no heartbeat
 */
export async function keepHeartbeat({ catalogue, schedules, settings }: HeartbeatParts): Promise<string | null> {
  const task = await catalogue.find(heartbeatTaskUuid);
  if (!settings.get(heartbeatEnabled)) {
    if (task !== null) await schedules.removeOwn(heartbeatScheduleUuid);
    return null;
  }
  const change = { by, note: null, force: true };
  try {
    if (task === null) await catalogue.create(heartbeatFiles, change);
    else if (task.version !== heartbeatVersion && !task.availableVersions.includes(heartbeatVersion)) {
      const { checksum } = await catalogue.content(task.id, null);
      await catalogue.change(task.id, { ...change, files: heartbeatFiles, base: checksum, version: heartbeatVersion });
    }
  } catch (caught) {
    if (!taskExists.is(caught)) throw caught;
    // Another server was faster, or somebody has a task of this name.
    if ((await catalogue.find(heartbeatTaskUuid)) === null) return 'another task is called heartbeat';
  }
  await schedules.keepOwn(
    heartbeatScheduleUuid,
    ScheduleCreation.parse({
      name: heartbeatScheduleName,
      description: 'Says now and then that the server runs.',
      taskId: heartbeatTaskUuid,
      cronExpression: settings.get(heartbeatCron),
      overlap: 'skip',
      catchUp: 'none',
      keepJobs: keptJobs,
      priority: 0,
      maxRetries: 0,
      outputDestinations: settings.get(heartbeatOutputs).map((destinationType) => ({
        destinationType,
        stdio: { stream: 'stdout', format: 'JSON', prefix: '[HEARTBEAT] ', includeMetadata: false, lineBuffered: true },
      })),
    }),
    by,
  );
  return null;
}

/** What the heartbeat says of a server at this moment. */
export interface HeartbeatFacts {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly activeJobs: number;
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
}

/** The input of the heartbeat as JSON text; null for any other schedule. */
export function heartbeatInput(schedule: { readonly uuid: string }, facts: () => HeartbeatFacts): string | null {
  if (schedule.uuid !== heartbeatScheduleUuid) return null;
  const { version, uptimeSeconds, activeJobs, problems } = facts();
  return JSON.stringify({ version, uptime_seconds: Math.max(0, Math.round(uptimeSeconds)), active_jobs: activeJobs, problems });
}
