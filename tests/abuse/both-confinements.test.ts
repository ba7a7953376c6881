import { describe, expect, it } from 'vitest';
import { probeConfinement } from '#engine/index.ts';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';
import { childrenOf, survivors } from './processes.ts';

// The limits must hold whatever the machine offers for confinement.
const bwrap = await probeConfinement('bwrap');

describe.each(['none', 'bwrap'] as const)('with confinement %s', (confinement) => {
  it.skipIf(confinement === 'bwrap' && bwrap.kind !== 'bwrap')('loops, memory, aborts and kills end only what they should', async () => {
    const { engine, run } = await engineOf({ 'engine.confinement': confinement });
    const code = async (body: string) =>
      (await run(programOf(body), { limits: { cpuMs: 300, wallMs: 1_500, memoryMb: 64 } })).outcome.error?.code;
    expect(await code('return () => { for (;;); }')).toBe('CPU_LIMIT_EXCEEDED');
    expect(['MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED']).toContain(
      await code('return () => { const all = []; for (;;) all.push(new Array(1000).fill(1)); }'),
    );
    expect(await code('return () => "x".repeat(2 ** 28).split("").length')).toBe('WORKER_CRASHED');
    expect(['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED']).toContain(
      await code('return () => new Array(2 ** 27).fill(0).length'),
    );
    expect((await run(programOf('return () => 42'))).outcome.output).toBe('42');
    expect(engine.stats().confinement).toBe(confinement);

    const family = childrenOf(process.pid);
    const running = run(programOf('return () => new Promise((resolve) => setTimeout(resolve, 5000))'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await engine.close();
    expect((await running).outcome.error?.code).toBe('CANCELLED');
    expect(await survivors(family)).toEqual([]);
  });
});
