import { resolve } from 'node:path';
import { createAddressGuard, httpAllowedAddresses } from '#engine/index.ts';
import type { Clock, EventFeed, IdSource, Settings } from '#kernel/index.ts';
import type { HealthFinding, Logger } from '#observe/index.ts';
import {
  addedSources,
  createAutoPush,
  createFetcher,
  createPusher,
  createPushSources,
  createSources,
  registryAuth,
  type Sources,
} from '#sources/index.ts';
import type { PushServices } from '#sources/push/operations.ts';
import type { SourceServices } from '#sources/operations.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { packageVersion } from '../package-version.ts';

export interface OpenSourcesParts {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly feed: EventFeed;
  readonly logger: Logger;
  /** This process; new at every start. */
  readonly owner: string;
  /** Paths and addresses of the command line. */
  readonly named: readonly string[];
  readonly dataFolder: string;
  /** Whether nobody but this machine reaches the server. */
  readonly isOnLoopback: boolean;
}

export interface OpenSources {
  readonly sources: Sources;
  readonly services: Pick<SourceServices, 'sources' | 'addRules'> & Pick<PushServices, 'pusher'>;
  /** Commits what is changed in sources that ask for it, from now on. */
  startPushing(): Promise<void>;
  health(): Promise<HealthFinding>;
  /** Ends what is being fetched and watched. */
  stop(): Promise<void>;
}

/** The sources of a server. Nothing is read before they are started. */
export function openSources(parts: OpenSourcesParts): OpenSources {
  const { settings, clock, logger } = parts;
  const rule = settings.get(addedSources);
  const reach = rule === 'none' ? null : rule === 'auto' ? (parts.isOnLoopback ? 'anywhere' : 'public') : rule;
  // Whole, because git works in other folders.
  const folder = resolve(parts.dataFolder, 'sources');
  const guard = createAddressGuard({
    allowLoopback: false,
    allowed: settings.get(httpAllowedAddresses),
    who: 'sources that were added through the server',
  });
  const fetcher = createFetcher({
    folder,
    clock,
    guard,
    env: process.env,
    userAgent: `Ratchet/${packageVersion()}`,
  });
  const sources = createSources({
    database: parts.database,
    catalogue: parts.catalogue,
    settings,
    clock,
    random: Math.random,
    feed: parts.feed,
    fetcher,
    owner: parts.owner,
    named: parts.named,
    addedReach: reach ?? 'public',
    log: (level, line, facts) => logger.log(level, line, facts),
  });
  const pushing = new AbortController();
  const pusher = createPusher({
    catalogue: parts.catalogue,
    settings,
    clock,
    feed: parts.feed,
    sources: createPushSources({
      database: parts.database,
      sources,
      settings,
      clock,
      ids: parts.ids,
      folder,
      guard,
      addedReach: reach ?? 'public',
      env: process.env,
      onTrouble: (what, error) => logger.log('warn', what, { error: error instanceof Error ? error.message : String(error) }),
      signal: pushing.signal,
    }),
  });
  const autoPush = createAutoPush({
    catalogue: parts.catalogue,
    pusher,
    settings,
    log: (level, line, facts) => logger.log(level, line, facts),
  });
  return {
    sources,
    startPushing: () => autoPush.start(),
    services: { sources, pusher, addRules: { reach, authNames: () => Object.keys(settings.get(registryAuth)) } },
    async health() {
      const all = await sources.overview();
      const failed = all.filter(({ error }) => error !== null).map(({ name }) => name);
      const details = { sources: all.length, failed: failed.length, problems: all.reduce((sum, { problems }) => sum + problems.length, 0) };
      // What was synced before goes on running: tasks are served, perhaps not the newest.
      return failed.length === 0
        ? { status: 'healthy', details }
        : { status: 'degraded', message: `cannot be read: ${failed.join(', ')}`, details };
    },
    async stop() {
      pushing.abort(new Error('the server stops'));
      await autoPush.stop();
      await sources.stop();
      await fetcher.close();
    },
  };
}
