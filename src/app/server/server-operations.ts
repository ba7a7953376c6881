import { analysisOperations } from '#analysis/operations.ts';
import { backupOperations, backupStreams } from '#backups/operations.ts';
import { debuggingOperations } from '#debugging/operations.ts';
import { eventStreams } from '#events/index.ts';
import { storedExecutionOperations, storedExecutionStreams } from '#executions/stored/operations.ts';
import { jobOperations } from '#jobs/operations.ts';
import type { AnyErrorKind } from '#kernel/index.ts';
import { retentionOperations } from '#retention/operations.ts';
import { scheduleOperations } from '#schedules/operations.ts';
import { securityOperations } from '#security-audit/operations.ts';
import { serverSettingOperations } from '#server-settings/operations.ts';
import { sourceOperations } from '#sources/operations.ts';
import { pushOperations } from '#sources/push/operations.ts';
import { storageFull, storageUnavailable } from '#storage/index.ts';
import { storedTestOperations } from '#task-tests/stored/operations.ts';
import { catalogueOperations } from '#tasks/catalogue/operations.ts';
import { templateOperations } from '#tasks/templates/operations.ts';
import { workerOperations } from '#workers/index.ts';
import { executionJobsErrors } from './execution-jobs.ts';

/** What operations end with because of the parts this server gives them to lean on, by name. */
const ofTheirParts: Readonly<Record<string, readonly AnyErrorKind[]>> = {
  'executions.create': executionJobsErrors.enqueue,
  'executions.run': executionJobsErrors.enqueue,
  'executions.cancel': executionJobsErrors.cancel,
  'executions.retry': executionJobsErrors.retry,
};

/** Everything the server can be asked, whatever the surface. */
export const serverOperations = withErrorsOfParts([
  ...catalogueOperations,
  ...templateOperations,
  ...storedTestOperations,
  ...debuggingOperations,
  ...sourceOperations,
  ...pushOperations,
  ...jobOperations,
  ...scheduleOperations,
  ...storedExecutionOperations,
  ...analysisOperations,
  ...workerOperations,
  ...retentionOperations,
  ...backupOperations,
  ...serverSettingOperations,
  ...securityOperations,
] as const);
export const serverStreams = [...storedExecutionStreams, ...eventStreams, ...backupStreams] as const;

interface Declaring {
  readonly name: string;
  readonly effect: 'read' | 'write' | 'destroy';
  readonly errors: readonly AnyErrorKind[];
}

/** The same operations, which also say what their parts and the database may answer: a feature cannot know what it is wired to. */
function withErrorsOfParts<const Operations extends readonly Declaring[]>(operations: Operations): Operations {
  return operations.map((operation) => {
    const ofStorage = operation.effect === 'read' ? [storageUnavailable] : [storageUnavailable, storageFull];
    const errors = new Set([...operation.errors, ...(ofTheirParts[operation.name] ?? []), ...ofStorage]);
    return Object.freeze({ ...operation, errors: [...errors] });
  }) as unknown as Operations;
}
