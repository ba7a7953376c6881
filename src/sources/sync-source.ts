import { toRatchetError, type Clock, type RatchetError } from '#kernel/index.ts';
import type { Catalogue, SyncReport } from '#tasks/index.ts';
import { sourceBusy } from './errors.ts';
import type { Repository } from './repository.ts';
import type { RepositoryStore } from './repository-store.ts';
import { findSourceTasks } from './source-paths.ts';

/** Where the content of a source lies now. */
export interface SourceContent {
  readonly root: string;
  /** Null where the source has none, as a folder. */
  readonly revision: string | null;
  /** SHA-256 over what was fetched; null: over the tasks. */
  readonly checksum: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly fetchedAt: number;
  readonly signature: string | null;
}

/** What came of one sync. `repository` is the source afterwards. */
export interface SyncOutcome {
  readonly repository: Repository;
  /** Null when the source could not be read; what was synced before stays. */
  readonly report: SyncReport | null;
  readonly error: RatchetError | null;
  readonly durationMs: number;
  readonly syncedAt: number;
}

export interface SyncSourceParts {
  readonly store: RepositoryStore;
  readonly catalogue: Pick<Catalogue, 'sync'>;
  readonly clock: Clock;
  /** This process. */
  readonly owner: string;
  /** Brings the content of a source to this machine. */
  readonly read: (repository: Repository, signal: AbortSignal) => Promise<SourceContent>;
  /** Who, in words, when another source is in use and holds a task. @param root the folder that is synced */
  readonly heldBy: (sourceId: number, path: string, root: string) => string | null;
}

/** So long a process that died keeps others from a source. */
export const leaseMs = 10_000;
const renewEveryMs = 3_000;

/**
 * Reads a source and brings the catalogue in line with it, under a lease: no two processes sync one source at once, so that none undoes with
 * older content what another has found.
 * @throws SOURCE_BUSY while another process syncs it
 */
export async function syncSource(parts: SyncSourceParts, repository: Repository, signal: AbortSignal): Promise<SyncOutcome> {
  const { store, catalogue, clock, owner } = parts;
  const { id, name } = repository;
  const began = clock.monotonic();
  const lease = () => store.lease(id, owner, clock.now(), clock.now() + leaseMs);
  if (!(await lease())) throw sourceBusy({ source: name });
  const renewal = setInterval(() => void lease().catch(() => {}), renewEveryMs).unref();
  let report: SyncReport | null = null;
  let error: RatchetError | null = null;
  let after: Repository | null = null;
  try {
    const content = await parts.read(repository, signal);
    report = await catalogue.sync({
      sourceId: id,
      root: content.root,
      revision: content.revision,
      find: (root) => findSourceTasks(root, repository.options),
      heldBy: (sourceId, path) => parts.heldBy(sourceId, path, content.root),
    });
    clearInterval(renewal);
    after = await store.record(
      id,
      owner,
      {
        kind: 'synced',
        revision: content.revision,
        checksum: content.checksum ?? report.checksum,
        fetchedAt: content.fetchedAt,
        signature: content.signature,
        taskCount: report.taskCount,
        problems: report.errors.slice(0, mostProblems).map((one) => ({ taskName: one.taskName, error: one.error.slice(0, 2_000) })),
      },
      clock.now(),
    );
  } catch (caught) {
    clearInterval(renewal);
    if (signal.aborted) {
      await store.release(id, owner).catch(() => {});
      throw caught;
    }
    error = toRatchetError(caught, `sync the source ${name}`);
    after = await store.record(id, owner, { kind: 'failed', error: textOf(error), code: error.code }, clock.now());
  } finally {
    clearInterval(renewal);
  }
  return { repository: after ?? repository, report, error, durationMs: Math.round(clock.monotonic() - began), syncedAt: clock.now() };
}

const mostProblems = 200;

function textOf({ message, hint }: RatchetError): string {
  return `${message} ${hint}`.slice(0, 2_000);
}
