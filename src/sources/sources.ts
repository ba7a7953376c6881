import { toRatchetError, type Clock, type EventFeed, type ListPage, type ListRequest, type Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { declaredSources, type DeclaredSource } from './declared-sources.ts';
import { sourceBusy, sourceConfigured, sourceExists, sourceUnknown } from './errors.ts';
import type { Fetcher } from './fetch/fetcher.ts';
import type { SourceAuth } from './fetch/source-auth.ts';
import type { SourceSpec } from './configured-source.ts';
import { createTurns } from './in-turn.ts';
import { fetchRequestOf, namedAuth, readContent } from './read-content.ts';
import type { Repository, SourceProblem } from './repository.ts';
import { fieldsOf } from './repository-fields.ts';
import { createRepositoryStore } from './repository-store.ts';
import { defaultPolling, mostSyncs, registryAuth, registrySources, watchQuiet } from './settings.ts';
import { createSourceKeeper, type SourceKeeper } from './source-keeper.ts';
import { isTaskThere, localRoot } from './source-paths.ts';
import { syncSource, type SyncOutcome } from './sync-source.ts';
import { tellOutcome } from './tell-outcome.ts';
import { testSource, type SourceTest } from './test-source.ts';
import { watchFolder } from './watch-folder.ts';

export interface SourcesParts {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly feed: EventFeed;
  readonly fetcher: Fetcher;
  /** This process; new at every start. */
  readonly owner: string;
  /** Paths and addresses of the command line. */
  readonly named: readonly string[];
  /** Whether sources that were added through the server may be anywhere, or at public addresses only. */
  readonly addedReach: 'anywhere' | 'public';
  readonly log: (level: 'info' | 'warn' | 'error', line: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** What a server says of a source at its start. */
export interface SourceOverview {
  readonly name: string;
  readonly uri: string;
  readonly kind: Repository['kind'];
  readonly taskCount: number;
  /** Why it could not be read; null when it could, or has not been tried yet. */
  readonly error: string | null;
  readonly isPending: boolean;
  /** What was found and cannot be served. */
  readonly problems: readonly SourceProblem[];
}

/** The places tasks come from. A source is named by number or name. */
export interface Sources {
  /**
   * Writes down what the configuration and the command line say, syncs what is on this machine, and looks after all sources from then on.
   * Sources that have to be fetched are waited for a moment when they were never synced.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  overview(): Promise<readonly SourceOverview[]>;
  list(request: ListRequest): Promise<ListPage<Repository>>;
  /** @throws REPOSITORY_NOT_FOUND */
  find(ref: string): Promise<Repository>;
  /** @throws REPOSITORY_EXISTS */
  add(spec: SourceSpec): Promise<Repository>;
  /** @throws REPOSITORY_NOT_FOUND, REPOSITORY_CONFIGURED */
  change(ref: string, spec: SourceSpec): Promise<Repository>;
  /** @throws REPOSITORY_NOT_FOUND */
  setDefault(ref: string): Promise<Repository>;
  /** @throws REPOSITORY_NOT_FOUND, REPOSITORY_CONFIGURED */
  remove(ref: string): Promise<void>;
  /** @throws REPOSITORY_NOT_FOUND, SOURCE_BUSY */
  sync(ref: string): Promise<SyncOutcome>;
  /** Every enabled source. */
  syncAll(): Promise<readonly SyncOutcome[]>;
  /** Fetches and reads a source and stores nothing. @throws REPOSITORY_NOT_FOUND */
  test(ref: string, signal: AbortSignal): Promise<SourceTest>;
  /** The credential of a source. @throws SOURCE_AUTH_UNKNOWN */
  authOf(repository: Repository): SourceAuth | null;
  /** Takes up changed settings: sources that came, changed or went, and credentials. */
  reload(): Promise<void>;
  counts(): { readonly syncs: number; readonly failures: number };
}

/** So long a start waits for sources that have to be fetched and were never synced. */
const patienceMs = 5_000;
/** Changes of the list of sources are announced to other processes in this word. */
const changedWord = 'sources';

export function createSources(parts: SourcesParts): Sources {
  const { database, catalogue, settings, clock, feed, fetcher, owner, log } = parts;
  const store = createRepositoryStore(database);
  const keepers = new Map<number, SourceKeeper>();
  /** What this process knows of the sources it looks after. */
  const looked = new Map<number, Repository>();
  const ownAuths = new Map<string, SourceAuth>();
  const inTurn = createTurns(settings.get(mostSyncs));
  let syncs = 0;
  let failures = 0;
  let isStarted = false;
  let endListening = () => {};

  const authOf = (repository: Repository): SourceAuth | null => {
    const own = repository.origin === 'config' ? ownAuths.get(repository.name) : undefined;
    return own ?? namedAuth(repository, settings.get(registryAuth));
  };
  const reading = {
    settings,
    clock,
    fetcher,
    authOf,
    reachOf: (one: Repository) => (one.origin === 'api' ? parts.addedReach : 'anywhere'),
  } as const;

  const all = new Map<number, Repository>();
  /**
   * A source keeps its tasks while somebody looks after it: this process, or, where several share the database, perhaps another one, which is
   * believed as long as the task is there to be seen and does not stand in the very folder that is being synced.
   */
  const heldBy = (sourceId: number, path: string, root: string): string | null => {
    const other = looked.get(sourceId) ?? all.get(sourceId);
    if (other === undefined) return null;
    const isInUse = keepers.has(sourceId) ? other.enabled : database.dialect !== 'sqlite' && isTaskThere(other, path, root);
    return isInUse ? `${path} in the source ${other.name}` : null;
  };
  const readAll = async (): Promise<void> => {
    const rows = await store.all();
    all.clear();
    for (const row of rows) all.set(row.id, row);
  };

  const tell = (kind: string, repository: Repository, data: Readonly<Record<string, unknown>>): void =>
    feed.publish({
      kind,
      at: clock.now(),
      taskId: null,
      jobId: null,
      executionId: null,
      data: { sourceId: String(repository.id), source: repository.name, ...data },
    });

  const onOutcome = (outcome: SyncOutcome): void => {
    const { repository, error } = outcome;
    const before = looked.get(repository.id) ?? null;
    if (keepers.has(repository.id)) looked.set(repository.id, repository);
    syncs++;
    if (error !== null) failures++;
    if (before?.revision !== repository.revision) catalogue.noteChange([]);
    tellOutcome(outcome, before, { tell, log, isAtStart: !isStarted });
  };

  const newKeeper = (repository: Repository): SourceKeeper =>
    createSourceKeeper(repository.id, {
      clock,
      random: parts.random,
      pollSeconds: settings.get(defaultPolling),
      load: (one) => store.find(one),
      sync: (one, signal) =>
        syncSource({ store, catalogue, clock, owner, read: (which, until) => readContent(reading, which, until), heldBy }, one, signal),
      watch: async (one, onChange) =>
        watchFolder({
          root: localRoot(one),
          quietMs: settings.get(watchQuiet),
          onChange,
          onError: (error) => log('warn', `watching the source ${one.name}: ${error.message}`),
        }),
      inTurn,
      onOutcome,
      onTrouble: (what, error) =>
        log('error', what, { source: repository.name, error: error instanceof Error ? error.message : String(error) }),
    });

  /** From now on this process looks after the source. */
  const keeperOf = (repository: Repository): SourceKeeper => {
    looked.set(repository.id, repository);
    const keeper = keepers.get(repository.id) ?? newKeeper(repository);
    keepers.set(repository.id, keeper);
    return keeper;
  };

  const letGo = async (id: number): Promise<void> => {
    const keeper = keepers.get(id);
    keepers.delete(id);
    looked.delete(id);
    await keeper?.stop();
  };

  /** Begins anew with a source that was changed. */
  const renew = async (repository: Repository): Promise<void> => {
    await letGo(repository.id);
    if (repository.enabled && isStarted) void keeperOf(repository).begin();
  };

  const announce = async (): Promise<void> => {
    await readAll();
    catalogue.noteChange([]);
    database.announce('control', changedWord);
  };

  /** Another process has added, changed or removed sources. */
  const takeUp = async (): Promise<void> => {
    await readAll();
    catalogue.noteChange([]);
    for (const repository of all.values()) {
      if (repository.origin !== 'api') continue;
      const known = looked.get(repository.id);
      if (known === undefined ? repository.enabled : known.updatedAt !== repository.updatedAt) await renew(repository);
    }
    for (const id of keepers.keys()) if (!all.has(id)) await letGo(id);
  };

  const find = async (ref: string): Promise<Repository> => {
    const byName = await store.findByName(ref);
    const found = byName ?? (/^[1-9]\d{0,14}$/.test(ref) ? await store.find(Number(ref)) : null);
    if (found === null) throw sourceUnknown({ source: ref });
    return found;
  };

  /** What the configuration says now, written down. */
  const declare = async (): Promise<Repository[]> => {
    await readAll();
    const declared: DeclaredSource[] = declaredSources(settings.get(registrySources), parts.named, [...all.values()]);
    ownAuths.clear();
    const rows: Repository[] = [];
    for (const { spec, origin } of declared) {
      if (spec.ownAuth !== null) ownAuths.set(spec.name, spec.ownAuth);
      rows.push(await store.declare(fieldsOf(spec, origin, settings), clock.now()));
    }
    const wanted = declared.findIndex(({ spec }) => spec.isDefault);
    if (wanted >= 0 && !rows[wanted]!.isDefault) await store.setDefault(rows[wanted]!.id, clock.now());
    await readAll();
    return rows.map(({ id }) => all.get(id)!);
  };

  return {
    authOf,
    async start() {
      if (database.dialect === 'sqlite') await store.endLeases();
      const declared = await declare();
      const added = [...all.values()].filter(({ origin }) => origin === 'api');
      const mine = [...declared, ...added].filter(({ enabled }) => enabled);
      for (const repository of mine) keeperOf(repository);
      const first = mine.filter(
        ({ kind, syncStatus, lastSyncAt }) => kind === 'filesystem' || (syncStatus === 'pending' && lastSyncAt === null),
      );
      const syncing = first.map(async (repository) => {
        await keeperOf(repository).begin();
      });
      const isFetched = (index: number) => first[index]!.kind !== 'filesystem';
      await Promise.all([
        ...syncing.filter((_one, index) => !isFetched(index)),
        withinPatience(Promise.all(syncing.filter((_one, index) => isFetched(index)))),
      ]);
      if (database.dialect === 'sqlite') {
        // Said by an earlier start, and taken over by another source; what others still say is theirs to forget.
        const left = [...all.values()].filter(({ id, origin }) => origin !== 'api' && !declared.some((one) => one.id === id));
        await store.removeEmpty(left.map(({ id }) => id));
      }
      isStarted = true;
      for (const repository of mine) if (!first.includes(repository)) void keeperOf(repository).begin();
      endListening = database.listen('control', (message) => {
        if (message === changedWord)
          takeUp().catch((error: unknown) => log('error', 'cannot take up changed sources', { error: String(error) }));
      });
    },
    async stop() {
      endListening();
      await Promise.all([...keepers.values()].map((keeper) => keeper.stop()));
      keepers.clear();
    },
    async overview() {
      return (await store.all())
        .filter(({ id }) => keepers.has(id))
        .map(({ name, uri, kind, taskCount, syncError, syncStatus, problems }) => ({
          problems,
          name,
          uri,
          kind,
          taskCount,
          error: syncStatus === 'failed' ? syncError : null,
          isPending: syncStatus === 'pending',
        }));
    },
    list: (request) => store.list(request),
    find,
    async add(spec) {
      const made = await store.add(fieldsOf(spec, 'api', settings), clock.now());
      if (made === null) throw sourceExists({ name: spec.name });
      if (spec.isDefault) await store.setDefault(made.id, clock.now());
      await announce();
      const repository = all.get(made.id) ?? made;
      tell('source.added', repository, { uri: repository.uri });
      await renew(repository);
      return repository;
    },
    async change(ref, spec) {
      const before = await find(ref);
      if (before.origin !== 'api') throw sourceConfigured({ source: before.name, origin: before.origin });
      const other = spec.name === before.name ? null : await store.findByName(spec.name);
      if (other !== null) throw sourceExists({ name: spec.name });
      const after = await store.change(before.id, fieldsOf(spec, 'api', settings), clock.now());
      if (after === null) throw sourceUnknown({ source: ref });
      if (spec.isDefault !== before.isDefault) await store.setDefault(spec.isDefault ? before.id : null, clock.now());
      await announce();
      const repository = all.get(before.id) ?? after;
      tell('source.changed', repository, { uri: repository.uri });
      await renew(repository);
      return repository;
    },
    async setDefault(ref) {
      const { id } = await find(ref);
      await store.setDefault(id, clock.now());
      await announce();
      return (await store.find(id))!;
    },
    async remove(ref) {
      const repository = await find(ref);
      const { id, name, origin } = repository;
      // What an earlier configuration said may go.
      if (origin !== 'api' && keepers.has(id)) throw sourceConfigured({ source: name, origin });
      await letGo(id);
      const changed = await store.remove(id, clock.now());
      await announce();
      catalogue.noteChange(changed);
      tell('source.removed', repository, {});
      if (repository.kind !== 'filesystem') {
        await fetcher.forget(fetchRequestOf({ ...reading, authOf: () => null }, repository).address).catch((error: unknown) => {
          log('warn', `what was fetched of the source ${name} cannot be removed`, { error: String(error) });
        });
      }
    },
    async sync(ref) {
      const repository = await find(ref);
      const kept = keepers.get(repository.id);
      if (kept !== undefined) return kept.sync();
      // Nobody looks after it here: it is switched off, or another configuration named it.
      const keeper = newKeeper(repository);
      try {
        return await keeper.sync();
      } finally {
        await keeper.stop();
      }
    },
    async syncAll() {
      const mine = [...keepers];
      return Promise.all(
        mine.map(async ([id, keeper]): Promise<SyncOutcome> => {
          try {
            return await keeper.sync();
          } catch (caught) {
            // One source that another server reads, or that was removed just now, is no reason to leave the others alone.
            if (!sourceBusy.is(caught)) throw caught;
            const repository = (await store.find(id)) ?? all.get(id)!;
            return { repository, report: null, error: toRatchetError(caught, 'sync'), durationMs: 0, syncedAt: clock.now() };
          }
        }),
      );
    },
    async test(ref, signal) {
      const repository = await find(ref);
      return testSource(repository, { clock, read: (one) => readContent(reading, { ...one, revision: null, checksum: null }, signal) });
    },
    async reload() {
      const before = new Map(looked);
      const declared = await declare();
      for (const repository of declared) {
        const known = before.get(repository.id);
        const isNewAuth = repository.authName !== null || ownAuths.has(repository.name);
        if (known === undefined || known.updatedAt !== repository.updatedAt || isNewAuth) await renew(repository);
      }
      const names = new Set(declared.map(({ id }) => id));
      for (const [id, { origin, name }] of before) {
        if (origin !== 'config' || names.has(id)) continue;
        await letGo(id);
        log('info', `the source ${name} is not configured any more; its tasks stay as they are`);
      }
    },
    counts: () => ({ syncs, failures }),
  };
}

async function withinPatience(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
