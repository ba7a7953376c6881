import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RatchetError } from '#kernel/index.ts';
import { loadTask } from '#tasks/index.ts';
import { ratchet } from '#testing/ratchet-process.ts';
import { rawZip, type RawEntry } from './raw-zip.ts';

/** The files of a sound task, to hide something among. */
export const soundTask: readonly RawEntry[] = [
  { name: 'metadata.json', content: JSON.stringify({ uuid: '01890000-0000-4000-8000-00000000abcd', version: '1.0.0', label: 'Hostile' }) },
  { name: 'main.js', content: "(function () { return 'ran'; })" },
];

/**
 * Gives an archive to the loader and to `ratchet run-once`. Both must refuse it with one of the codes (`none`: it may load, if the
 * hostile part is ignored), quickly, and write nothing anywhere.
 */
export function hostileArchive(name: string, archive: Buffer | readonly RawEntry[], codes: readonly string[]): void {
  it(name, async () => {
    const outer = mkdtempSync(join(tmpdir(), 'ratchet-archive-'));
    try {
      const path = join(outer, 'task.zip');
      writeFileSync(path, Buffer.isBuffer(archive) ? archive : rawZip(archive));
      const started = performance.now();
      const code = await loadTask(path).then(
        () => 'none',
        (error: unknown) => (error instanceof RatchetError ? error.code : `not ours: ${String(error)}`),
      );
      expect(codes).toContain(code);
      expect(performance.now() - started).toBeLessThan(5_000);

      const end = await ratchet(['run-once', path, '--input-json', '{}'], { cwd: outer });
      if (code === 'none') expect(end.stdout.trim()).toBe('"ran"');
      else expect([end.code, end.stdout, end.stderr]).toEqual([3, '', expect.stringContaining(code)]);
      expect(readdirSync(outer)).toEqual(['task.zip']);
      expect(existsSync(join(tmpdir(), 'ratchet-escaped'))).toBe(false);
    } finally {
      rmSync(outer, { recursive: true });
    }
  });
}
