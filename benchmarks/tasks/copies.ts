import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Isolation } from '#engine/index.ts';
import { additionFolder } from './load.ts';

/** A folder of tasks that all add, each under a name and an identity of its own. The caller removes it. */
export function additionCopies(copies: readonly { readonly name: string; readonly isolation?: Isolation }[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-tasks-'));
  const metadata = JSON.parse(readFileSync(join(additionFolder, 'metadata.json'), 'utf8')) as object;
  for (const [index, copy] of copies.entries()) {
    const place = join(folder, copy.name);
    cpSync(additionFolder, place, { recursive: true });
    const uuid = `0b5e1a7c-0000-4000-8000-${String(index).padStart(12, '0')}`;
    writeFileSync(join(place, 'metadata.json'), JSON.stringify({ ...metadata, ...copy, uuid, label: copy.name }));
  }
  return folder;
}
