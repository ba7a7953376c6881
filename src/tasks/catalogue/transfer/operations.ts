import { z } from 'zod';
import { operation, RatchetError } from '#kernel/index.ts';
import { archiveUnsafe, taskNotFound, taskTooLarge } from '../../errors.ts';
import { isRecord } from '../../located.ts';
import type { Catalogue, CatalogueTask } from '../catalogue.ts';
import { found, type CatalogueServices } from '../task-ref.ts';
import { exportTooLarge, importUnreadable } from './errors.ts';
import { ExportDocument, exportFormat, exportFormatVersion } from './exported-task.ts';
import { exportTasks } from './export-tasks.ts';
import type { Candidate, ImportProblem, ImportReading } from './import-candidate.ts';
import { bytesOf, readArchive } from './read-archive.ts';
import { readDirectory } from './read-directory.ts';
import { problemsIn, readRecords } from './read-records.ts';
import { archiveOf, archiveOfTask } from './write-archive.ts';

const mostTasks = 1_000;

const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .string()
    .transform((said) => said.toLowerCase())
    .pipe(z.enum(words));

const exportFormats = ['json', 'zip', 'individual'] as const;
const importFormats = ['json', 'zip', 'directory'] as const;

export const exportTasksOperation = operation({
  name: 'tasks.export',
  summary: 'Export tasks with their files',
  details:
    'One document, one archive, or an archive of each task, which another server imports as it is: the files are the same byte for byte. With versions, everything that ever ran is in it. An archive of a single task without versions is what `run-once` and `task create` take.',
  input: z.object({
    tasks: z.array(z.string().min(1).max(200)).max(mostTasks).optional().describe('Numbers, uuids or names; all tasks unless given'),
    format: word(exportFormats)
      .default('json')
      .describe('json: one document; zip: one archive as base64; individual: an archive of each task'),
    includeTests: z.boolean().default(true).describe('With the files of tests'),
    includeMetadata: z
      .boolean()
      .default(true)
      .describe('With what the server knows beside the files: whether a task is enabled, who changed it, when and why'),
    includeVersions: z.boolean().default(false).describe('With all other versions'),
  }),
  output: z
    .object({
      format: z.enum(exportFormats),
      exportedAt: z.string(),
      exportedCount: z.number().int(),
      tasks: z.array(
        z.object({
          id: z.string(),
          uuid: z.string(),
          name: z.string(),
          version: z.string(),
          checksum: z.string(),
          versions: z.number().int().describe('How many versions are in the export.'),
        }),
      ),
      document: ExportDocument.nullable().describe('For json: the whole export, as tasks.import takes it.'),
      files: z
        .array(z.object({ name: z.string(), task: z.string().nullable(), contentType: z.string(), base64: z.string() }))
        .describe('For zip and individual: the archives.'),
    })
    .meta({ id: 'TaskExport' }),
  errors: [taskNotFound, exportTooLarge],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/export',
    graphql: 'exportTasks',
    mcp: 'ratchet_export_tasks',
    cli: {
      command: 'task export',
      positional: ['tasks'],
      examples: [
        { line: 'ratchet task export --output tasks.zip', about: 'All tasks as one archive' },
        { line: 'ratchet task export addition --include-versions --output addition.json', about: 'One task with all it ever ran' },
      ],
    },
  },
  async run({ catalogue }: Pick<CatalogueServices, 'catalogue'>, { tasks: refs, format, ...wishes }, { now }) {
    const tasks =
      refs === undefined ? await everyTask(catalogue) : await Promise.all([...new Set(refs)].map((ref) => found(catalogue, ref)));
    const document = await exportTasks(catalogue, tasks, wishes, now);
    const contentType = 'application/zip';
    const base64 = async (bytes: Promise<Buffer>) => (await bytes).toString('base64');
    const files = [];
    if (format === 'zip') files.push({ name: 'tasks.zip', task: null, contentType, base64: await base64(archiveOf(document)) });
    if (format === 'individual') {
      for (const task of document.tasks) {
        const archive = task.versions === undefined ? archiveOfTask(task) : archiveOf({ ...document, tasks: [task] });
        files.push({ name: `${task.name}-${task.version}.zip`, task: task.name, contentType, base64: await base64(archive) });
      }
    }
    return {
      format,
      exportedAt: document.exportedAt,
      exportedCount: tasks.length,
      tasks: document.tasks.map(({ uuid, name, version, checksum, versions }, index) => ({
        id: String(tasks[index]!.id),
        uuid,
        name,
        version,
        checksum,
        versions: 1 + (versions?.length ?? 0),
      })),
      document: format === 'json' ? document : null,
      files,
    };
  },
});

async function everyTask(catalogue: Pick<Catalogue, 'list'>): Promise<CatalogueTask[]> {
  const tasks: CatalogueTask[] = [];
  let after: string | null = null;
  do {
    const page = await catalogue.list({ filter: {}, sort: { field: 'name', order: 'asc' }, limit: 100, offset: 0, after });
    tasks.push(...page.items);
    after = page.next;
  } while (after !== null);
  return tasks;
}

const Problem = z.object({
  index: z.number().int().describe('Which task of those that were sent, from 0.'),
  name: z.string().describe('Empty where it could not be told.'),
  field: z.string().describe('Where it stands in what was sent.'),
  code: z.string(),
  message: z.string(),
  hint: z.string(),
});

export const importTasksOperation = operation({
  name: 'tasks.import',
  summary: 'Import tasks that were exported or written elsewhere',
  details:
    'Takes an export of another server, a list of tasks as fields, an archive, or folders as an object. Each task is checked and tested like one that is created, and stored with all its versions or not at all; what is wrong with one keeps no other from being imported.',
  input: z.object({
    data: z
      .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
      .describe('An export, a list of tasks or one task; for zip an archive as base64; for directory folders and files by name'),
    format: word(importFormats).default('json').describe('json, zip or directory'),
    overwriteExisting: z.boolean().default(false).describe('Store what differs from a task that is there, as a version of it'),
    includeTests: z.boolean().default(true).describe('With the files of tests'),
    validateTasks: z
      .boolean()
      .default(true)
      .describe('Run the tests of each task, and refuse what fails; metadata, code and schemas are always checked'),
    namePrefix: z
      .string()
      .max(50)
      .regex(/^[a-zA-Z0-9_-]*$/, 'may hold letters, digits, - and _ only')
      .default('')
      .describe('Put in front of every name: the tasks are imported as other ones, with uuids of their own'),
  }),
  output: z
    .object({
      importedCount: z.number().int(),
      errorCount: z.number().int().describe('Tasks that were not imported.'),
      imported: z.array(
        z.object({
          index: z.number().int(),
          id: z.string(),
          uuid: z.string(),
          name: z.string(),
          version: z.string(),
          outcome: z.enum(['CREATED', 'UPDATED', 'UNCHANGED']),
          networkGrowth: z
            .array(z.string())
            .describe('Hosts the version may reach and what was there could not; *:* is every public host, mcp://name an MCP server.'),
          needsApproval: z.boolean().describe('Whether nothing runs the version until somebody has approved of that.'),
        }),
      ),
      errors: z.array(Problem).describe('What is wrong, field by field.'),
      ignored: z.array(z.string()).describe('What was sent and is no task.'),
      format: z.enum(importFormats),
      overwriteExisting: z.boolean(),
    })
    .meta({ id: 'TaskImport' }),
  errors: [importUnreadable, archiveUnsafe, taskTooLarge],
  effect: 'write',
  permission: 'task:create',
  on: {
    rest: { route: 'POST /tasks/import', aliases: { overwrite: 'overwriteExisting' } },
    graphql: 'importTasks',
    mcp: 'ratchet_import_tasks',
    cli: {
      command: 'task import',
      examples: [
        { line: 'ratchet task import tasks.zip', about: 'What another server exported' },
        { line: 'ratchet task import sample/js-tasks --name-prefix sample-', about: 'Every task in a folder, under other names' },
      ],
    },
  },
  async run({ catalogue, ids }: CatalogueServices, { data, format, ...wishes }, { caller, notify, signal }) {
    const reading = await readImport(data, format, () => ids.next());
    const total = reading.candidates.length;
    if (total > mostTasks)
      throw importUnreadable({ field: 'data', reason: `holds ${total} tasks; at most ${mostTasks} are imported at once` });
    const errors: ImportProblem[] = [...reading.problems];
    const imported = [];
    for (const [done, candidate] of reading.candidates.entries()) {
      if (signal.aborted) break;
      notify({ type: 'progress', update: { progress: done / total, step: 'import', message: candidate.name || candidate.field } });
      try {
        imported.push(await importOne(catalogue, candidate, { ...wishes, by: caller.name }));
      } catch (caught) {
        if (!(caught instanceof RatchetError) || caught.http >= 500) throw caught;
        errors.push(...problemsIn(caught, candidate));
      }
    }
    return {
      importedCount: imported.length,
      errorCount: new Set(errors.map(({ index }) => index)).size,
      imported,
      errors: errors.toSorted((a, b) => a.index - b.index),
      ignored: [...reading.ignored],
      format,
      overwriteExisting: wishes.overwriteExisting,
    };
  },
});

interface Wishes {
  readonly by: string;
  readonly overwriteExisting: boolean;
  readonly includeTests: boolean;
  readonly validateTasks: boolean;
  readonly namePrefix: string;
}

async function importOne(catalogue: Catalogue, candidate: Candidate, wishes: Wishes) {
  const { id, outcome, version } = await catalogue.import(candidate, {
    by: wishes.by,
    overwrite: wishes.overwriteExisting,
    includeTests: wishes.includeTests,
    runTests: wishes.validateTasks,
    prefix: wishes.namePrefix,
  });
  const task = await found(catalogue, String(id));
  const stored = (await catalogue.versions(id)).find((one) => one.version === version && one.isCurrent);
  return {
    index: candidate.index,
    id: String(id),
    uuid: task.uuid,
    name: task.name,
    version,
    outcome: outcome.toUpperCase() as Uppercase<typeof outcome>,
    networkGrowth: [...(stored?.networkGrowth ?? [])],
    needsApproval: stored?.needsApproval ?? false,
  };
}

type Data = string | readonly unknown[] | Readonly<Record<string, unknown>>;

async function readImport(data: Data, format: (typeof importFormats)[number], newUuid: () => string): Promise<ImportReading> {
  if (format === 'directory') return readDirectory(data, newUuid);
  if (format === 'zip') return readZip(data, newUuid);
  if (typeof data === 'string') throw importUnreadable({ field: 'data', reason: 'is text: for an archive, name the format zip' });
  refuseLater(data);
  const records = recordsOf(data);
  if (records.length === 0) throw importUnreadable({ field: 'data', reason: 'holds no tasks' });
  return readRecords(records, isRecord(data) && 'tasks' in data ? 'tasks' : '', newUuid);
}

/** An export of a later version may say what this one would pass over. */
function refuseLater(data: Exclude<Data, string>): void {
  const { format, formatVersion } = isRecord(data) ? data : { format: undefined, formatVersion: undefined };
  if (format !== exportFormat || formatVersion === exportFormatVersion) return;
  throw importUnreadable({
    field: 'data',
    reason: `is an export of format ${JSON.stringify(formatVersion)}, and this server reads ${exportFormatVersion}`,
  });
}

/** A list, what stands under `tasks`, the answer of an export as a whole, or one task. */
function recordsOf(data: Exclude<Data, string>): readonly unknown[] {
  if (!isRecord(data)) return data;
  const { document } = data;
  const inner = isRecord(document) ? document : data;
  return Array.isArray(inner['tasks']) ? (inner['tasks'] as unknown[]) : [data];
}

/** An archive as base64, several of them, or tasks that were unpacked already. */
async function readZip(data: Data, newUuid: () => string): Promise<ImportReading> {
  if (typeof data === 'string') return readArchive(bytesOf(data, 'data'), 'data');
  if (isRecord(data)) {
    const contents = data['zip_contents'] ?? data['zipContents'];
    if (contents !== undefined) return readImport(contents as Data, 'json', newUuid);
    const archive = data['base64'] ?? data['content'];
    if (typeof archive === 'string') return readArchive(bytesOf(archive, 'data'), 'data');
    if (Array.isArray(data['files'])) return readZip(data['files'] as unknown[], newUuid);
    throw importUnreadable({ field: 'data', reason: 'holds no archive: send it as base64' });
  }
  const readings: ImportReading[] = [];
  for (const [index, one] of data.entries()) {
    const archive: unknown = isRecord(one) ? one['base64'] : one;
    if (typeof archive !== 'string') throw importUnreadable({ field: `data.${index}`, reason: 'is no archive as base64' });
    readings.push(await readArchive(bytesOf(archive, `data.${index}`), `data.${index}`));
  }
  let at = 0;
  return {
    candidates: readings.flatMap(({ candidates }) => candidates.map((one) => ({ ...one, index: at++ }))),
    problems: [],
    ignored: [],
  };
}
