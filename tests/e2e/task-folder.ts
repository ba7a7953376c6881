import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

/** An empty folder that is gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-e2e-'));
  made.push(folder);
  return folder;
}

/** A task folder with nothing but metadata and code. */
export function taskFolder(code: string): string {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'metadata.json'),
    JSON.stringify({ uuid: '01890000-0000-4000-8000-00000000e2e0', version: '1.0.0', label: 'A task' }),
  );
  writeFileSync(join(folder, 'main.js'), code);
  return folder;
}

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});
