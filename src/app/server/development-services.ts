import { join } from 'node:path';
import type { DebugServices } from '#debugging/operations.ts';
import type { Executions } from '#executions/index.ts';
import type { BatchServices } from '#jobs/operations.ts';
import type { Clock, Settings } from '#kernel/index.ts';
import { storedRecordings, type Recordings } from '#recordings/index.ts';
import { createStoredTests } from '#task-tests/index.ts';
import type { StoredTestServices } from '#task-tests/stored/operations.ts';
import { createTaskBackups, refuseUnapproved } from '#tasks/catalogue/index.ts';
import type { BackupServices } from '#tasks/catalogue/operations.ts';
import type { Catalogue } from '#tasks/index.ts';

interface Parts {
  readonly catalogue: Catalogue;
  readonly executions: Executions;
  readonly recordings: Pick<Recordings, 'maskWhileRunning'>;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly dataFolder: string;
}

type DevelopmentServices = BackupServices &
  Pick<StoredTestServices, 'storedTests'> &
  Pick<DebugServices, 'debugRuns'> &
  Pick<BatchServices, 'refuseUnapproved' | 'clock'>;

/** What operations lean on that change, try out and look into tasks. */
export function developmentServices({ catalogue, executions, recordings, settings, clock, dataFolder }: Parts): DevelopmentServices {
  // Loaded with the first task that is debugged on the server, as nearly none is: 60 modules.
  const debugRuns = async () => {
    const { createDebugRuns } = await import('#debugging/index.ts');
    return createDebugRuns({
      executions,
      withoutSecrets: (task, input, json) => recordings.maskWhileRunning(task, input)(storedRecordings.withoutSecrets(json, settings)),
    });
  };
  let made: ReturnType<typeof debugRuns> | undefined;
  return {
    clock,
    taskBackups: createTaskBackups(join(dataFolder, 'backups', 'tasks'), clock),
    storedTests: createStoredTests({ executions, settings, clock }),
    debugRuns: { run: async (request) => (await (made ??= debugRuns())).run(request) },
    refuseUnapproved: (task, version) => refuseUnapproved(catalogue, task, version),
  };
}
