import { renameSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryDatabases, temporarySqlite } from '#testing/temporary-database.ts';
import { createAutoPush, type AutoPush } from './auto-push.ts';
import { startPushing, type PushingServer } from './pusher-for-test.ts';
import { makeBareRepository, temporaryPlaces } from '#testing/bare-repository.ts';

const newPlace = temporaryPlaces();
const open = temporaryDatabases(temporarySqlite);
let started: { server: PushingServer; auto: AutoPush }[] = [];
afterEach(async () => {
  for (const { server, auto } of started) {
    await auto.stop();
    await server.stop();
  }
  started = [];
});

describe('pushing what is changed without being asked', () => {
  const begin = async (source: Readonly<Record<string, unknown>>) => {
    const place = newPlace();
    const repository = makeBareRepository(place);
    for (const [index, name] of ['greet', 'other'].entries()) {
      const uuid = `00000000-0000-4000-8000-00000000000${index}`;
      repository.commit({
        [`${name}/metadata.json`]: JSON.stringify({ uuid, name, version: '1.0.0' }),
        [`${name}/main.js`]: '(input) => 1',
      });
    }
    const team = { name: 'team', uri: repository.folder, source_type: 'git', writable: true, ...source };
    const server = await startPushing(await open(), place, { 'registry.sources': [team] });
    const lines: string[] = [];
    const auto = createAutoPush({
      catalogue: server.catalogue,
      pusher: server.pusher,
      settings: server.settings,
      log: (_level, line) => lines.push(line),
      quietMs: 50,
      retryMs: 50,
    });
    started.push({ server, auto });
    return { repository, server, auto, lines };
  };
  const code = (word: string) => `(input) => '${word}'`;

  it('commits what follows within a moment together, and what an earlier process left', async () => {
    const { repository, server, auto, lines } = await begin({ push_on_change: true });
    await server.change('greet', code('left'));
    await auto.start();
    await vi.waitFor(() => expect(repository.log()[0]).toBe('Change greet to 1.0.1'), { timeout: 10_000 });
    await server.change('greet', code('a'));
    await server.change('other', code('b'));
    await vi.waitFor(() => expect(repository.log()).toHaveLength(5), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await server.catalogue.changed(null)).toEqual([]), { timeout: 10_000 });
    await vi.waitFor(() => expect(lines.filter((line) => line === 'pushed a changed task')).toHaveLength(3), { timeout: 10_000 });
  });

  it('tries again where the source could not be reached, and leaves conflicts to people', async () => {
    const { repository, server, auto, lines } = await begin({ push_on_change: true });
    await auto.start();
    renameSync(repository.folder, `${repository.folder}.away`);
    await server.change('greet', code('a'));
    await vi.waitFor(() => expect(lines.some((line) => line.startsWith('cannot push'))).toBe(true), { timeout: 10_000 });
    renameSync(`${repository.folder}.away`, repository.folder);
    await vi.waitFor(() => expect(repository.log()[0]).toBe('Change greet to 1.0.1'), { timeout: 10_000 });
    repository.commit({ 'other/main.js': code('theirs') });
    await server.change('other', code('mine'));
    await vi.waitFor(() => expect(lines).toContain('a task was changed here and in its source; push it with a resolution'), {
      timeout: 10_000,
    });
    expect(repository.read('other/main.js')!.toString()).toBe(code('theirs'));
  });

  it('does nothing in a source that does not ask for it', async () => {
    const { repository, server, auto } = await begin({});
    await auto.start();
    await server.change('greet', code('a'));
    await server.pusher.pushTask((await server.catalogue.find('greet'))!.id, { isDryRun: true, by: 'ada', isRemoval: false });
    expect(repository.log()).toHaveLength(2);
  });
});
