import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderCheck } from './checks/folders.ts';
import { nativeModuleCheck, nodeCheck, resourcesCheck } from './checks/machine.ts';
import { confinementCheck, sandboxCheck } from './checks/sandbox.ts';
import { createDoctor, ok } from './doctor.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the doctor', () => {
  it('looks at everything, whatever fails or never answers', async () => {
    const doctor = createDoctor(
      [
        { name: 'good', run: async () => ok('fine') },
        { name: 'throws', run: () => Promise.reject(new Error('no such thing')) },
        { name: 'hangs', run: () => new Promise(() => {}) },
      ],
      50,
    );
    expect(await doctor.examine()).toMatchObject([
      { name: 'good', state: 'ok', detail: 'fine', advice: null },
      { name: 'throws', state: 'failed', detail: 'no such thing' },
      { name: 'hangs', state: 'failed', detail: 'no answer within 50 ms' },
    ]);
  });

  it('knows which Node will do', async () => {
    const states = await Promise.all(
      ['24.19.0', '26.6.1', '24.18.9', '25.9.0', '26.5.0', '20.20.2', '27.0.0'].map((version) => nodeCheck(version).run()),
    );
    expect(states.map(({ state }) => state)).toEqual(['ok', 'ok', 'failed', 'failed', 'failed', 'failed', 'failed']);
  });

  it('finds out in a process of its own whether the native module loads', async () => {
    expect(await nativeModuleCheck().run()).toMatchObject({ state: 'ok', detail: 'isolated-vm loads' });
    expect(await nativeModuleCheck('no-such-module').run()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining("Cannot find module 'no-such-module'"),
    });
  });

  it('tries to write into folders and leaves nothing behind', async () => {
    expect(await folderCheck('x', folder, 'a').run()).toMatchObject({ state: 'ok', detail: `${folder} is writable` });
    expect(await folderCheck('x', join(folder, 'not', 'yet'), 'a').run()).toMatchObject({
      state: 'ok',
      detail: `${folder}/not/yet can be made`,
    });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(await folderCheck('x', join(folder, 'file', 'below'), 'a').run()).toMatchObject({ state: 'failed', advice: 'a' });
    expect(await folderCheck('x', '/proc', 'a').run()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('/proc cannot be written to'),
    });
  });

  it('says what the sandbox answered, and which ring of the system is around it', async () => {
    expect(await sandboxCheck(async () => ({ output: '42', detail: '', wallMs: 3 })).run()).toMatchObject({ state: 'ok' });
    expect(await sandboxCheck(async () => ({ output: null, detail: 'it broke', wallMs: 3 })).run()).toMatchObject({
      state: 'failed',
      detail: 'it broke',
    });
    const ring = async (kind: string, wanted: string) => (await confinementCheck(async () => ({ kind, wanted, detail: 'd' })).run()).state;
    expect([await ring('bwrap', 'auto'), await ring('none', 'auto'), await ring('none', 'none'), await ring('none', 'bwrap')]).toEqual([
      'ok',
      'warning',
      'warning',
      'failed',
    ]);
  });

  it('warns of a small machine', async () => {
    expect((await resourcesCheck({ total: 256 * 1024 ** 2, free: 1, cores: 1 }).run()).state).toBe('warning');
    expect((await resourcesCheck().run()).detail).toMatch(/^\d+ cores, [\d.]+ GB of memory, [\d.]+ GB free$/);
  });
});
