import type { ShownError } from '#surfaces/cli/show-error.ts';
import { nearest } from './commands/find-row.ts';
import type { KnownNames } from './completion/complete.ts';

/** Errors that say that something named is not there: where in their data the name stands, and what the server has of its kind. */
const named: Readonly<Record<string, { readonly field: string; readonly list: 'tasks' | 'repositories' | 'schedules' }>> = {
  TASK_NOT_FOUND: { field: 'ref', list: 'tasks' },
  REPOSITORY_NOT_FOUND: { field: 'source', list: 'repositories' },
  SCHEDULE_NOT_FOUND: { field: 'schedule', list: 'schedules' },
};

/** The error with the name that was probably meant; as it is where none is near. */
export async function withNearestName(error: ShownError, names: KnownNames): Promise<ShownError> {
  const place = named[error.code];
  const said = place === undefined ? undefined : error.data[place.field];
  if (place === undefined || typeof said !== 'string') return error;
  const near = nearest(said, await names[place.list]());
  if (near === '') return error;
  const { code, message, hint, retryable, data, cause, exit } = error;
  return { code, message: `${message.replace(/\.$/, '')}${near}`, hint, retryable, data, cause, ...(exit === undefined ? {} : { exit }) };
}
