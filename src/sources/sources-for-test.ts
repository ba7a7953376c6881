import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { createAddressGuard } from '#engine/index.ts';
import { createEventFeed, settingsFrom, systemClock, type FeedEvent, type Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { createCatalogue } from '#tasks/catalogue/index.ts';
import { createFetcher } from './fetch/create-fetcher.ts';
import { createSources, type Sources } from './sources.ts';

/** A uuid that is told from others by its number. */
export const uuidOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Writes a task that answers with `says`. */
export function writeTask(
  folder: string,
  { uuid, name = 'one', version = '1.0.0', says = 'hello' }: { uuid: string; name?: string; version?: string; says?: string },
): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify({ uuid, name, version }));
  writeFileSync(join(folder, 'main.js'), `() => (${JSON.stringify({ says })})`);
  return folder;
}

export interface SourcesOptions {
  readonly database: Database;
  readonly named?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly owner?: string;
  readonly addedReach?: 'anywhere' | 'public';
  /** Settings are read anew each time, as those of a running server are. */
  readonly isLive?: boolean;
}

/** Sources over a real catalogue and fetcher, with what they say. */
export interface TestedSources {
  readonly sources: Sources;
  readonly catalogue: Catalogue;
  readonly events: FeedEvent[];
  readonly lines: string[];
  /** The next event that fits, from now on; what has happened counts from `after`. */
  readonly event: (kind: string, fits?: (event: FeedEvent) => boolean) => Promise<FeedEvent>;
  /** What the task with this reference says, as it would run now. */
  readonly says: (ref: string) => Promise<string | null>;
}

/** Folders and sources that are gone after each test. */
export function testedSources(): { readonly newFolder: () => string; readonly open: (options: SourcesOptions) => TestedSources } {
  const folders: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'sources-'));
    folders.push(folder);
    return folder;
  };
  const open = ({
    database,
    named = [],
    settings: said = {},
    owner = 'node-1',
    addedReach = 'anywhere',
    isLive = false,
  }: SourcesOptions): TestedSources => {
    const now = () => settingsFrom({ 'registry.watch_debounce_ms': 50, ...said });
    const settings: Settings = isLive ? { get: (wanted) => now().get(wanted) } : now();
    const clock = systemClock;
    const catalogue = createCatalogue({
      database,
      settings,
      clock,
      random: Math.random,
      testTask: async () => ({ passed: 0, failed: 0, failures: [] }),
    });
    const fetcher = createFetcher({
      folder: join(newFolder(), 'sources'),
      clock,
      guard: createAddressGuard({ allowLoopback: false, allowed: [] }),
      env: process.env,
      userAgent: 'Ratchet test',
    });
    const feed = createEventFeed(owner);
    const events: FeedEvent[] = [];
    feed.subscribe((event) => void events.push(event));
    const lines: string[] = [];
    const sources = createSources({
      database,
      catalogue,
      settings,
      clock,
      random: Math.random,
      feed,
      fetcher,
      owner,
      named,
      addedReach,
      log: (level, line) => void lines.push(`${level}: ${line}`),
    });
    closers.push(async () => {
      await sources.stop();
      await fetcher.close();
      catalogue.close();
    });
    return {
      sources,
      catalogue,
      events,
      lines,
      event: (kind, fits = () => true) =>
        new Promise((resolve) => {
          const end = feed.subscribe((event) => {
            if (event.kind !== kind || !fits(event)) return;
            end();
            resolve(event);
          });
        }),
      async says(ref) {
        const task = await catalogue.find(ref);
        if (task === null) return null;
        const { files } = await catalogue.content(task.id, null);
        return /"says":"([^"]*)"/.exec(files['main.js'] ?? '')?.[1] ?? null;
      },
    };
  };
  return { newFolder, open };
}

/** Writes a file whose folder may not be there yet. */
export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
