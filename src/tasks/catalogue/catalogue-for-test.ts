import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach } from 'vitest';
import { call, localCaller, settingsFrom, systemClock, uuidSource, type Clock, type Operation, type Settings } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import type { z } from 'zod';
import type { Catalogue, SyncReport, SyncRequest, TestVerdict } from './catalogue.ts';
import type { TestTask } from './change-task.ts';
import { createCatalogue } from './create-catalogue.ts';
import type { BackupServices } from './changing-operations.ts';
import type { CatalogueServices } from './task-ref.ts';
import { createTaskBackups, type TaskBackups } from './transfer/task-backups.ts';

/** A uuid that is told from others by its number. */
export const uuidOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export interface TaskText {
  readonly uuid?: string | undefined;
  readonly name?: string;
  readonly version?: string;
  readonly code?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The files of a small task that adds one. */
export function taskText({
  uuid,
  name = 'plus-one',
  version = '1.0.0',
  code = '(input) => ({ n: input.n + 1 })',
  metadata = {},
}: TaskText) {
  return {
    'metadata.json': JSON.stringify({ uuid, name, version, ...metadata }),
    'main.js': code,
    'input.schema.json': JSON.stringify({ type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }),
  };
}

/** Folders that are gone after each test. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
    made.push(folder);
    return folder;
  };
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const allPass: TestTask = async (): Promise<TestVerdict> => ({ passed: 1, failed: 0, failures: [] });

export function catalogueOn(
  database: Database,
  testTask: TestTask = allPass,
  clock: Clock = systemClock,
  settings: Settings = settingsFrom(),
): Catalogue {
  return createCatalogue({ database, settings, clock, random: () => 0, testTask });
}

/** A source in the tables: a folder, under its path. @returns its number */
export async function sourceAt(database: Database, folder: string): Promise<number> {
  const uri = pathToFileURL(folder).href;
  return database.write(async ({ kysely }) => {
    await kysely
      .insertInto('task_repositories')
      .values({ name: folder, repository_type: 'filesystem', uri, origin: 'api', created_at: 0, updated_at: 0 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return (await kysely.selectFrom('task_repositories').select('id').where('name', '=', folder).executeTakeFirstOrThrow()).id;
  });
}

/** Syncs a folder as a source of its own. @returns what tests compare: not the number and the checksum of what was found */
export async function syncFolder(
  database: Database,
  catalogue: Catalogue,
  folder: string,
  heldBy?: SyncRequest['heldBy'],
): Promise<Omit<SyncReport, 'taskCount' | 'checksum'>> {
  const sourceId = await sourceAt(database, folder);
  const {
    taskCount: _count,
    checksum: _checksum,
    ...report
  } = await catalogue.sync({
    sourceId,
    root: folder,
    revision: null,
    ...(heldBy === undefined ? {} : { heldBy }),
  });
  return report;
}

/** Calls operations as the person at the terminal does. @param more what differs from a server that asks for no approvals */
export function caller(
  catalogue: Catalogue,
  more: { readonly settings?: Settings; readonly taskBackups?: TaskBackups; readonly by?: string } = {},
) {
  const services: CatalogueServices & BackupServices & { readonly settings: Settings } = {
    catalogue,
    ids: uuidSource(),
    settings: settingsFrom(),
    taskBackups: createTaskBackups(join(tmpdir(), `ratchet-backups-${process.pid}`), systemClock),
    ...more,
  };
  const by = { ...localCaller, name: more.by ?? localCaller.name };
  return <Input extends z.ZodType, Output extends z.ZodType>(
    operation: Operation<typeof services, Input, Output>,
    input: z.input<Input>,
  ): Promise<z.output<Output>> => call(operation, services, input, { caller: by, now: () => Date.now() });
}
