import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, createLiveEffects, type Engine } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { loadTask, type Task } from '#tasks/index.ts';
import { measure, type MeasureRequest } from './measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
const settings = settingsFrom({ 'engine.workers': 2 });
let engine: Engine;
let executions: Executions;
let task: Task;

beforeAll(async () => {
  writeFileSync(
    join(folder, 'metadata.json'),
    JSON.stringify({ uuid: '0b6f1f3e-6a52-4d7e-9a54-8f2f6f0f2a11', version: '1.0.0', label: 'Bench' }),
  );
  writeFileSync(
    join(folder, 'main.js'),
    `export default async (input) => {
  globalThis.count = (globalThis.count ?? 0) + 1;
  if (input.wait) await new Promise((resolve) => setTimeout(resolve, input.wait));
  if (input.failsAt && globalThis.count % input.failsAt === 0) throw new RangeError('every now and then');
  return globalThis.count;
};`,
  );
  task = await loadTask(folder);
  engine = await createEngine(settings);
  executions = createExecutions({ engine, effects: createLiveEffects(settings), settings, ids: uuidSource(), clock: systemClock });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const run = (wanted: Partial<MeasureRequest> = {}, through = executions) =>
  measure(
    { executions: through, clock: systemClock },
    {
      task,
      input: '{}',
      limits: {},
      isolation: undefined,
      effects: undefined,
      until: { runs: 20 },
      warmup: 2,
      concurrency: 1,
      signal: new AbortController().signal,
      ...wanted,
    },
  );

describe('measuring', () => {
  it('runs as often as asked, warming up before and not counting that', async () => {
    const seen: number[] = [];
    const { runs, warmup, wallMs, cpuMs, heapBytes, perSecond, firstMs, failures, blocks } = await run({
      isolation: 'warm',
      onProgress: (share, done) => seen.push(Math.round(share * 20) - done),
    });
    expect({ runs, warmup, failures }).toEqual({ runs: 20, warmup: 2, failures: [] });
    expect(seen).toEqual(Array.from({ length: 20 }, () => 0));
    expect(Math.min(wallMs.min, cpuMs.mean, heapBytes.p50, perSecond, firstMs)).toBeGreaterThan(0);
    expect(wallMs.min <= wallMs.p50 && wallMs.p50 <= wallMs.p99 && wallMs.p99 <= wallMs.max).toBe(true);
    expect(blocks.wallMs).toHaveLength(4);
  });

  it('runs as many at once as it may', async () => {
    let running = 0;
    let most = 0;
    const counting: Executions = {
      async run(request) {
        most = Math.max(most, ++running);
        const execution = await executions.run(request);
        running -= 1;
        return execution;
      },
    };
    const { runs } = await run({ input: '{"wait": 1}', until: { runs: 20 }, concurrency: 8, warmup: 0 }, counting);
    expect({ runs, most }).toEqual({ runs: 20, most: 8 });
  });

  it('goes on for a time where that is asked, at least once', async () => {
    const { runs, elapsedMs } = await run({ until: { ms: 50 } });
    expect(elapsedMs).toBeGreaterThanOrEqual(50);
    expect(runs).toBeGreaterThan(0);
    expect((await run({ until: { ms: 1 }, input: '{"wait": 20}' })).runs).toBe(1);
  });

  it('counts failures by what they are', async () => {
    const { failures, runs } = await run({ input: '{"failsAt": 4}', isolation: 'warm', until: { runs: 40 } });
    expect(runs).toBe(40);
    expect(failures).toEqual([{ code: 'TASK_FAILED', count: 10, message: expect.stringContaining('every now and then') }]);
  });

  it('keeps what there is when it is stopped, without the run that was cut short', async () => {
    const stop = new AbortController();
    const { runs, failures } = await run({
      signal: stop.signal,
      onProgress: (_share, done) => {
        if (done === 5) stop.abort();
      },
    });
    expect({ runs, failures }).toEqual({ runs: 5, failures: [] });
  });

  it('does not count runs that a stop cut short as failures', async () => {
    const stop = new AbortController();
    const { failures } = await run({
      signal: stop.signal,
      input: '{"wait": 500}',
      concurrency: 3,
      warmup: 0,
      until: { runs: 12 },
      onProgress: () => stop.abort(),
    });
    expect(failures).toEqual([]);
  });

  it('goes no further when the first run shows that it makes no sense', async () => {
    await expect(
      run({
        onFirst() {
          throw new Error('no sense');
        },
      }),
    ).rejects.toThrow('no sense');
  });
});
