import { linkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './files/make-folder.ts';
import { targetUnwritable } from './errors.ts';
import type { TaskFiles } from './files/task-files.ts';
import { isRecord } from './located.ts';
import { namesOf } from './metadata.ts';
import { firstTest, json, permissiveSchema } from './template.ts';

/**
 * Writes what a task lacks: metadata or its uuid, version, name and label, permissive schemas, a first test. What is there stays as it
 * is, right or wrong; every file appears whole or not at all.
 * @returns the files written, relative to the folder; `metadata.json (uuid)` where a field was added
 * @throws TASK_TARGET_UNWRITABLE
 */
export function repairTask(files: TaskFiles, newUuid: () => string): string[] {
  if (!statSync(files.origin).isDirectory()) {
    throw targetUnwritable({ path: files.origin, reason: 'only a task in a folder can be repaired' });
  }
  const wrote: string[] = [];
  const create = (file: string, text: string) => {
    if (writeNew(files.origin, file, text)) wrote.push(file);
  };
  const otherManifest = files.list().some((file) => /^(task\.json|(meta|task)\.ya?ml)$/.test(file));
  if (files.read('metadata.json') !== undefined) wrote.push(...completeMetadata(files, newUuid));
  else if (!otherManifest) create('metadata.json', json(firstMetadata(files, newUuid)));
  // The older manifests may hold the schemas themselves.
  if (!otherManifest || files.read('metadata.json') !== undefined) {
    for (const side of ['input', 'output'] as const) create(`${side}.schema.json`, permissiveSchema(side));
    if (!files.list().some((file) => /^tests\/[^/]+\.json$/.test(file))) create('tests/test-001.json', firstTest());
  }
  return wrote;
}

function firstMetadata(files: TaskFiles, newUuid: () => string): Record<string, unknown> {
  const label = basename(resolve(files.origin));
  return { uuid: newUuid(), version: '1.0.0', ...namesOf({ label }), description: '' };
}

function completeMetadata(files: TaskFiles, newUuid: () => string): string[] {
  const text = files.read('metadata.json')!;
  const metadata = parsed(text);
  if (metadata === undefined) return [];
  const added: Record<string, unknown> = {};
  if (metadata['uuid'] === undefined) added['uuid'] = newUuid();
  if (metadata['version'] === undefined) added['version'] = '1.0.0';
  if (metadata['label'] === undefined || metadata['name'] === undefined) {
    const given = { name: textIn(metadata['name']), label: textIn(metadata['label']) };
    const names = namesOf(given.name === undefined && given.label === undefined ? { label: basename(resolve(files.origin)) } : given);
    if (metadata['label'] === undefined) added['label'] = names.label;
    if (metadata['name'] === undefined) added['name'] = names.name;
  }
  if (Object.keys(added).length === 0) return [];
  replaceWhole(files.origin, 'metadata.json', json({ ...added, ...metadata }));
  return Object.keys(added).map((field) => `metadata.json (${field})`);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Linking into place fails where something is, so nothing can be overwritten even if it appears this moment. */
function writeNew(folder: string, file: string, text: string): boolean {
  return guarded(folder, () => {
    makeFolder(dirname(join(folder, file)));
    const draft = draftOf(folder, file);
    writeFileSync(draft, text, { flag: 'wx' });
    try {
      linkSync(draft, join(folder, file));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

function replaceWhole(folder: string, file: string, text: string): void {
  guarded(folder, () => {
    const draft = draftOf(folder, file);
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, join(folder, file));
  });
}

function draftOf(folder: string, file: string): string {
  const path = join(folder, file);
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

function guarded<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw targetUnwritable({ path: folder, reason: (error as Error).message }, error);
  }
}
