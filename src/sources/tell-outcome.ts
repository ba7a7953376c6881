import type { Repository } from './repository.ts';
import type { SyncOutcome } from './sync-source.ts';

export interface OutcomeListeners {
  /** Publishes an event about a source. */
  readonly tell: (kind: string, repository: Repository, data: Readonly<Record<string, unknown>>) => void;
  readonly log: (level: 'info' | 'warn', line: string, facts?: Readonly<Record<string, unknown>>) => void;
  /** What is found at its start a server says as a whole. */
  readonly isAtStart: boolean;
}

/** Says what came of a sync, as far as it is news. @param before what was known of the source before; null: nothing */
export function tellOutcome({ repository, report, error }: SyncOutcome, before: Repository | null, listeners: OutcomeListeners): void {
  const { tell, log } = listeners;
  const { name } = repository;
  if (error !== null || report === null) {
    tell('source.failed', repository, { errorCode: error?.code, errorMessage: error?.message, failures: repository.failures });
    // A source that stays away is said once, not at every look.
    if (before?.syncError !== repository.syncError)
      log('warn', `cannot read the source ${name}: ${error?.message}`, { source: name, code: error?.code });
    return;
  }
  const { added, updated, removed, errors } = report;
  if (before?.syncStatus === 'failed') log('info', `the source ${name} can be read again`, { source: name });
  const isNews = JSON.stringify(before?.problems ?? []) !== JSON.stringify(repository.problems);
  if (added.length + updated.length + removed.length === 0 && !isNews) return;
  tell('source.synced', repository, { revision: repository.revision, added, updated, removed, errors });
  if (listeners.isAtStart) return;
  const counts = { added: added.length, updated: updated.length, removed: removed.length };
  log('info', `synced the source ${name}`, { ...counts, ...(repository.revision === null ? {} : { revision: repository.revision }) });
  if (isNews) for (const one of errors) log('warn', `not served: ${one.taskName} of ${name}: ${one.error}`);
}
