import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RatchetError } from '#kernel/index.ts';
import { loadTask } from '#tasks/index.ts';

// A task folder cloned from a stranger may hold links to the files of whoever runs it.
it.each([
  ['main.js', '/etc/passwd'],
  ['input.schema.json', '/etc/passwd'],
  ['lib', '/etc'],
  ['loop', '.'],
])('a task folder whose %s is a link to %s gives nothing of it away', async (name, target) => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-links-'));
  try {
    mkdirSync(join(folder, 'tests'));
    writeFileSync(
      join(folder, 'metadata.json'),
      JSON.stringify({ uuid: '01890000-0000-4000-8000-00000000abcd', version: '1.0.0', label: 'Links' }),
    );
    if (name !== 'main.js') writeFileSync(join(folder, 'main.js'), "(function () { return 'ran'; })");
    symlinkSync(target, join(folder, name));
    const came = await loadTask(folder).then(
      (task) => JSON.stringify(task.files) + task.program.script,
      (error: unknown) => (error instanceof RatchetError ? JSON.stringify(error) : `not ours: ${String(error)}`),
    );
    expect(came).not.toContain('root:');
    expect(came).not.toContain('not ours');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
