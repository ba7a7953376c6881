import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';
import { createEngine } from '../engine.ts';
import { probeConfinement } from './confinement.ts';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

// The probe looks once per process, so this file is about a machine that has no bubblewrap; the attacks of tests/abuse prove what it gives.
describe('confinement on a machine without bubblewrap', () => {
  it('is none, and says why', async () => {
    process.env['PATH'] = '/nowhere';
    expect(await probeConfinement('auto')).toMatchObject({ kind: 'none', detail: 'bubblewrap (bwrap) is not installed' });
  });

  it('lets no engine start that requires it', async () => {
    await expect(createEngine(settingsFrom({ 'engine.confinement': 'bwrap' }))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('bubblewrap (bwrap) is not installed'),
    });
  });

  it('is given up for none when bubblewrap is installed but cannot confine, and executions still run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-bwrap-'));
    writeFileSync(join(folder, 'bwrap'), '#!/bin/sh\necho "no namespaces here" >&2\nexit 1\n', { mode: 0o755 });
    process.env['PATH'] = folder;
    const test = await engineOf();
    expect((await test.run(programOf('return () => 1'))).outcome.output).toBe('1');
    expect(test.engine.stats().confinement).toBe('none');
    await test.engine.close();
    rmSync(folder, { recursive: true });
  });

  it('is not looked for when it is switched off', async () => {
    expect(await probeConfinement('none')).toMatchObject({ kind: 'none', detail: 'switched off by engine.confinement' });
  });
});
