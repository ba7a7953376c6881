import type { Settings } from '#kernel/index.ts';
import type { Catalogue, CatalogueTask } from '#tasks/index.ts';
import type { Pusher } from './pusher.ts';
import { pushAutomatically, pushEnabled } from './settings.ts';

export interface AutoPushParts {
  readonly catalogue: Pick<Catalogue, 'find' | 'changed' | 'onChange'>;
  readonly pusher: Pick<Pusher, 'pushSource'>;
  readonly settings: Settings;
  readonly log: (level: 'info' | 'warn', line: string, facts?: Readonly<Record<string, unknown>>) => void;
  /** Changes that follow each other within this time go together; 1,000 ms unless given. */
  readonly quietMs?: number;
  /** Before the first further try after a failure, doubled each time up to half an hour; 30,000 ms unless given. */
  readonly retryMs?: number;
}

export interface AutoPush {
  /** Pushes what an earlier process left, and from then on whatever is changed. */
  start(): Promise<void>;
  /** Waits for the push that goes on. */
  stop(): Promise<void>;
}

const longestRetryMs = 30 * 60_000;

/** Commits what is changed in sources that say `push_on_change`, without being asked. A conflict waits for somebody who decides it. */
export function createAutoPush({ catalogue, pusher, settings, log, quietMs = 1_000, retryMs = 30_000 }: AutoPushParts): AutoPush {
  const timers = new Map<number, NodeJS.Timeout>();
  const failures = new Map<number, number>();
  const running = new Map<number, Promise<void>>();
  let endListening = () => {};
  let isStopped = false;

  const isWanted = ({ needsPush, source, syncStatus, storageType }: CatalogueTask): boolean =>
    needsPush &&
    source?.kind === 'git' &&
    source.canPush &&
    settings.get(pushEnabled) &&
    (source.autoPush || settings.get(pushAutomatically)) &&
    // On a branch of its own it waits for the source, and in a conflict for a person.
    (syncStatus === 'modified' || (syncStatus === 'pending_push' && storageType === 'database'));

  const later = (sourceId: number, ms: number): void => {
    clearTimeout(timers.get(sourceId));
    if (isStopped) return;
    const turn = () => {
      timers.delete(sourceId);
      const work = (running.get(sourceId) ?? Promise.resolve()).then(() => push(sourceId));
      running.set(sourceId, work);
    };
    timers.set(sourceId, setTimeout(turn, ms).unref());
  };

  const push = async (sourceId: number): Promise<void> => {
    if (isStopped) return;
    try {
      const { results, remaining } = await pusher.pushSource(String(sourceId), { isDryRun: false, by: 'push_on_change' });
      for (const { task, source, outcome, commit, version } of results) {
        const facts = { task: task.name, version, source: source.name };
        if (outcome === 'committed') log('info', 'pushed a changed task', { ...facts, commit });
        if (outcome === 'conflict') log('warn', 'a task was changed here and in its source; push it with a resolution', facts);
      }
      const failed = results.find(({ error }) => error !== null);
      // Whatever it is, a source that is back or credentials that were put right need nobody to say so here.
      if (failed !== undefined) throw failed.error;
      failures.delete(sourceId);
      if (remaining > 0 && results.some(({ outcome }) => outcome === 'committed')) later(sourceId, 0);
    } catch (error) {
      const before = failures.get(sourceId) ?? 0;
      failures.set(sourceId, before + 1);
      log('warn', `cannot push changed tasks: ${error instanceof Error ? error.message : String(error)}`, { sourceId });
      later(sourceId, Math.min(retryMs * 2 ** before, longestRetryMs));
    }
  };

  return {
    async start() {
      endListening = catalogue.onChange((taskId) => {
        catalogue.find(String(taskId)).then(
          (task) => task !== null && isWanted(task) && later(task.source!.id, quietMs),
          (error: unknown) => log('warn', `cannot look at a changed task: ${String(error)}`),
        );
      });
      for (const task of await catalogue.changed(null)) if (isWanted(task)) later(task.source!.id, quietMs);
    },
    async stop() {
      isStopped = true;
      endListening();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled(running.values());
    },
  };
}
