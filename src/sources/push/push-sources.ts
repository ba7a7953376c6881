import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddressGuard } from '#engine/index.ts';
import type { Clock, IdSource, Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { sourceBusy, sourceFetchCancelled, sourceTimedOut } from '../errors.ts';
import { withGit } from '../fetch/git/git-session.ts';
import { readSourceAddress, type GitAddress } from '../fetch/source-address.ts';
import { createRepositoryStore } from '../repository-store.ts';
import type { Repository } from '../repository.ts';
import { fetchTimeout } from '../settings.ts';
import type { Sources } from '../sources.ts';
import type { BareGit } from './bare-git.ts';
import { withWorkbench } from './push-workbench.ts';

/** What a push asks of the sources of a server. */
export interface PushSources {
  /** By number or name. @throws REPOSITORY_NOT_FOUND */
  find(ref: string): Promise<Repository>;
  /** Git in a bare repository of its own that exists for one push, with the credentials of the source. @throws what reaching it throws */
  withGit<Answer>(source: Repository, use: (git: BareGit) => Promise<Answer>): Promise<Answer>;
  /** While no other push and no sync of the source goes on, in any process. @throws SOURCE_BUSY */
  inTurn<Answer>(source: Repository, work: () => Promise<Answer>): Promise<Answer>;
  /** Reads the source again; what keeps it from being read is tried again with the next sync. Not from within `inTurn`. */
  sync(source: Repository): Promise<void>;
}

export interface PushSourcesParts {
  readonly database: Database;
  readonly sources: Pick<Sources, 'find' | 'authOf' | 'sync'>;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Where everything fetched is kept. */
  readonly folder: string;
  readonly guard: AddressGuard;
  /** How far sources that were added through the server may reach. */
  readonly addedReach: 'anywhere' | 'public';
  readonly env: NodeJS.ProcessEnv;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** A push that lasts longer renews it; one that died is waited for no longer. */
const leaseMs = 15_000;
const renewEveryMs = 5_000;
const lookAgainMs = 100;

export function createPushSources({ database, sources, settings, clock, ids, signal, ...parts }: PushSourcesParts): PushSources {
  const store = createRepositoryStore(database);

  /** The lease of syncs: what a sync read before a push must not be taken for what is there after it. */
  const leased = async ({ id, name }: Repository): Promise<{ end(): Promise<void> }> => {
    const owner = `push-${ids.next<'push'>()}`;
    const until = clock.monotonic() + 4 * leaseMs;
    const lease = () => store.lease(id, owner, clock.now(), clock.now() + leaseMs);
    while (!(await lease())) {
      if (signal.aborted || clock.monotonic() > until) throw sourceBusy({ source: name });
      await pause(lookAgainMs);
    }
    const renewal = setInterval(() => void lease().catch(() => {}), renewEveryMs).unref();
    return {
      async end() {
        clearInterval(renewal);
        await store.release(id, owner);
      },
    };
  };

  return {
    find: (ref) => sources.find(ref),
    async withGit(source, use) {
      const { folder, guard, env, addedReach } = parts;
      const timeoutMs = source.options.timeoutMs ?? settings.get(fetchTimeout) * 1_000;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(sourceTimedOut({ address: source.uri, timeoutMs })), timeoutMs);
      const options = {
        address: readSourceAddress(source.uri, { kind: 'git' }) as GitAddress,
        auth: sources.authOf(source),
        reach: source.origin === 'api' ? addedReach : ('anywhere' as const),
        folder,
        guard,
        env,
        signal: AbortSignal.any([late.signal, signal]),
      };
      try {
        return await withGit(options, (session) => withWorkbench(join(folder, 'pushes'), session, use));
      } catch (error) {
        // What an ended program says of itself is no news.
        if (late.signal.aborted) throw late.signal.reason;
        throw signal.aborted ? sourceFetchCancelled({ address: source.uri }, error) : error;
      } finally {
        clearTimeout(timer);
      }
    },
    async inTurn(source, work) {
      const lease = await leased(source);
      try {
        return await work();
      } finally {
        await lease.end();
      }
    },
    async sync({ name }) {
      try {
        const { error } = await sources.sync(name);
        if (error !== null) throw error;
      } catch (error) {
        parts.onTrouble(`cannot read the source ${name} again`, error);
      }
    },
  };
}
