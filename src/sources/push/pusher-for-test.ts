import { join } from 'node:path';
import { createAddressGuard } from '#engine/index.ts';
import { createEventFeed, settingsFrom, systemClock, uuidSource, type Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { createCatalogue, type TestTask } from '#tasks/catalogue/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { createFetcher } from '../fetch/create-fetcher.ts';
import { createSources, type Sources } from '../sources.ts';
import { createPusher, type Pusher } from './pusher.ts';
import { createPushSources } from './push-sources.ts';

export interface PushingServer {
  readonly catalogue: Catalogue;
  readonly sources: Sources;
  readonly pusher: Pusher;
  readonly settings: Settings;
  readonly troubles: string[];
  /** Kinds of what was told on the feed. */
  readonly events: readonly string[];
  /** Changes the code of a task as a caller of the server does. */
  change(name: string, code: string): Promise<void>;
  stop(): Promise<void>;
}

const allPass: TestTask = async () => ({ passed: 0, failed: 0, failures: [] });

/** The parts of a server that have to do with sources, at work on a database. */
export async function startPushing(database: Database, folder: string, values: Readonly<Record<string, unknown>>): Promise<PushingServer> {
  const settings = settingsFrom(values);
  const [clock, ids] = [systemClock, uuidSource()];
  const guard = createAddressGuard({ allowLoopback: true, allowed: [] });
  const catalogue = createCatalogue({ database, settings, clock, random: () => 0, testTask: allPass });
  const fetcher = createFetcher({ folder: join(folder, 'sources'), clock, guard, env: process.env, userAgent: 'test' });
  const troubles: string[] = [];
  const events: string[] = [];
  const feed = createEventFeed('boot');
  feed.subscribe(({ kind }) => events.push(kind));
  const stopping = new AbortController();
  const sources = createSources({
    database,
    catalogue,
    settings,
    clock,
    random: () => 0.5,
    feed,
    fetcher,
    owner: ids.next(),
    named: [],
    addedReach: 'anywhere',
    log: (level, line) => level !== 'info' && troubles.push(line),
  });
  const pushSources = createPushSources({
    database,
    sources,
    settings,
    clock,
    ids,
    folder: join(folder, 'sources'),
    guard,
    addedReach: 'anywhere',
    env: process.env,
    onTrouble: (what, error) => void troubles.push(`${what}: ${String(error)}`),
    signal: stopping.signal,
  });
  const pusher = createPusher({ catalogue, sources: pushSources, settings, clock, feed });
  await sources.start();
  return {
    catalogue,
    sources,
    pusher,
    settings,
    troubles,
    events,
    async change(name, code) {
      const task = (await catalogue.find(name))!;
      const { files, checksum } = await catalogue.content(task.id, null);
      await catalogue.change(task.id, {
        files: { ...files, 'main.js': code },
        base: checksum,
        version: null,
        by: 'ada',
        note: 'because',
        force: false,
      });
    },
    async stop() {
      stopping.abort();
      await sources.stop();
      await fetcher.close();
      catalogue.close();
    },
  };
}
