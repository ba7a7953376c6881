import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type EffectsProvider, type Engine } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings, type Recordings } from '#recordings/index.ts';
import { loadTask } from '#tasks/index.ts';
import { repository } from '#testing/checkout.ts';
import { verifies } from '../requirements/verifies.ts';

const corpus = join(import.meta.dirname, 'corpus');
const kept = readdirSync(corpus).flatMap((version) =>
  readdirSync(join(corpus, version)).map((name) => ({ version, name, folder: join(corpus, version, name) })),
);
const samples = join(repository, 'sample', 'recordings');

const settings = settingsFrom({ 'engine.workers': 2 });
let engine: Engine;
let effects: EffectsProvider;
let recordings: Recordings;

beforeAll(async () => {
  engine = await createEngine(settings);
  effects = createLiveEffects(settings, { profile: 'server' });
  const executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  recordings = createRecordings({ settings, executions: async () => executions, madeBy: 'ratchet 0.0.0' });
});
afterAll(async () => {
  await engine.close();
  await effects.close();
});

async function divergencesOf(taskFolder: string, recordingFolder: string) {
  const { recording, notes } = recordings.read(recordingFolder);
  const { divergences } = await recordings.replay({ task: await loadTask(taskFolder), recording, isLive: false });
  return { divergences, notes };
}

describe('recordings of every version so far', () => {
  it('are there', () => expect(kept.length).toBeGreaterThan(15));

  it.each(kept)('replay $version $name without a difference', async ({ folder }) => {
    verifies('replay.for-ever');
    expect(await divergencesOf(join(folder, 'task'), join(folder, 'recording'))).toEqual({ divergences: [], notes: [] });
  });
});

describe('recordings of the samples', () => {
  it.each(readdirSync(samples))('replay %s without a difference', async (name) => {
    const folder = name === 'test-fetch' ? join('tasks', name) : name;
    expect(await divergencesOf(join(repository, 'sample', 'js-tasks', folder), join(samples, name))).toEqual({
      divergences: [],
      notes: [],
    });
  });
});
