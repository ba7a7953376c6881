import { namesOf, uuidFromName } from '../../metadata.ts';
import { json } from '../../template.ts';
import type { TaskFilesText } from '../catalogue.ts';
import { judgeNetwork } from '../approval.ts';
import { lockRow, tasksOf, type TaskRow } from '../catalogue-row.ts';
import { knownVersions, refuseTaken, soundContent, type ChangeParts } from '../change-task.ts';
import type { Content } from '../content.ts';
import { metadataOf } from '../draft/merge-fields.ts';
import { taskExists, taskFilesRefused, taskReadOnly } from '../errors.ts';
import { isEditable } from '../is-editable.ts';
import { markChanged } from '../push-state.ts';
import { concurrencyOf, insertTask, insertVersion, makeDefault } from '../store-content.ts';
import { inOrder } from '../versions.ts';
import type { Candidate, CandidateVersion } from './import-candidate.ts';

export interface ImportWishes {
  /** A caller's name. */
  readonly by: string;
  /** Store what differs from a task that is there; else that task is left alone, and the import of this one refused. */
  readonly overwrite: boolean;
  /** With the files of tests. */
  readonly includeTests: boolean;
  /** Run the tests of the version that is to run; what fails is refused. */
  readonly runTests: boolean;
  /** Put in front of every name, which makes other tasks of them. */
  readonly prefix: string;
}

export interface ImportedTask {
  readonly id: number;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly version: string;
}

/**
 * Stores one task with its versions, or nothing of it: each version is checked as `create` does, and the tests of the one that is to run are run.
 * @throws TASK_INVALID, TASK_TESTS_FAILED, TASK_EXISTS, TASK_READ_ONLY, TASK_FILES_REFUSED, TASK_TOO_LARGE
 */
export async function importTask(parts: ChangeParts, candidate: Candidate, wishes: ImportWishes): Promise<ImportedTask> {
  const active = await contentOf(parts, candidate, candidate.active, wishes, wishes.runTests);
  const others: Imported[] = [];
  for (const one of candidate.others) others.push(await contentOf(parts, candidate, one, wishes, false));
  refuseMixed(active, others);
  const all = [active, ...others];
  const order = inOrder(all.map(({ content }) => content.version));
  const sorted = all.toSorted((a, b) => order.indexOf(a.content.version) - order.indexOf(b.content.version));
  return parts.database.write(async (queries) => {
    const row = await lockRow(queries, { uuid: active.content.uuid });
    if (row === undefined) await refuseTaken(queries.kysely, active.content);
    else await refuseExisting(parts, row, wishes);
    const at = parts.now();
    const sign = async ({ content, isBreaking, note }: Imported) => ({
      by: wishes.by,
      note,
      at,
      isBreaking,
      network: await judgeNetwork(queries, row ?? null, content, parts.settings),
    });
    // What the version that runs allows is what counts, not what comes with it.
    const signed = [];
    for (const one of sorted) signed.push({ content: one.content, signature: await sign(one) });
    let outcome: ImportedTask['outcome'] = 'created';
    let id: number;
    if (row === undefined) {
      const [first, ...rest] = signed;
      const made = await insertTask(queries, first!.content, null, first!.signature);
      if (made === null) throw taskExists({ field: 'uuid', value: active.content.uuid });
      id = made;
      for (const { content, signature } of rest) await insertVersion(queries, id, content, null, signature);
      const stored = (await lockRow(queries, { id }))!;
      await makeDefault(queries, stored, active.content, await concurrencyOf(queries, stored), at);
    } else {
      id = row.id;
      const known = await knownVersions(queries.kysely, id);
      const changed = signed.filter(({ content }) => known.get(content.version) !== content.checksum);
      const before = await concurrencyOf(queries, row);
      for (const { content, signature } of changed) await insertVersion(queries, id, content, null, signature);
      outcome = changed.length > 0 || row.version !== active.content.version ? 'updated' : 'unchanged';
      if (outcome === 'updated') await makeDefault(queries, row, active.content, before, at);
      if (changed.length > 0) await markChanged(queries, row);
    }
    if (candidate.enabled !== undefined && outcome !== 'unchanged') {
      await queries.kysely
        .updateTable('tasks')
        .set({ enabled: candidate.enabled ? 1 : 0 })
        .where('id', '=', id)
        .execute();
    }
    return { id, outcome, version: active.content.version };
  });
}

interface Imported {
  readonly content: Content;
  readonly isBreaking: boolean;
  readonly note: string | null;
}

async function contentOf(
  parts: ChangeParts,
  { name, field }: Candidate,
  { files, checksum, isBreaking, note }: CandidateVersion,
  { includeTests, prefix }: ImportWishes,
  runTests: boolean,
): Promise<Imported> {
  const origin = name === '' ? field : name;
  const kept = includeTests ? files : withoutTests(files);
  const change = { by: '', note, force: false };
  // Before anything is changed in them: what was exported is what arrived.
  if (checksum !== null) {
    const arrived = await soundContent({ ...parts, testTask: noTests }, origin, files, change, () => Promise.resolve());
    if (arrived.checksum !== checksum) {
      throw taskFilesRefused({
        problems: [{ path: 'checksum', message: `is ${checksum}, and the files that came have ${arrived.checksum}` }],
      });
    }
  }
  const named = prefix === '' ? kept : withPrefix(kept, prefix);
  const content = await soundContent(runTests ? parts : { ...parts, testTask: noTests }, origin, named, change, () => Promise.resolve());
  return { content, isBreaking, note };
}

const noTests = () => Promise.resolve({ passed: 0, failed: 0, failures: [] });

function withoutTests(files: TaskFilesText): TaskFilesText {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('tests/')));
}

/** A task of another name is another task; the same one each time. */
function withPrefix(files: TaskFilesText, prefix: string): TaskFilesText {
  const metadata = metadataOf(files);
  if (metadata === null) {
    throw taskFilesRefused({ problems: [{ path: 'namePrefix', message: 'cannot be used: the metadata is not in metadata.json' }] });
  }
  const { name } = namesOf(metadata);
  const uuid = typeof metadata['uuid'] === 'string' ? metadata['uuid'].toLowerCase() : uuidFromName(name);
  const renamed = { ...metadata, uuid: uuidFromName(`${prefix}\0${uuid}`), name: `${prefix}${name}` };
  return { ...files, 'metadata.json': json(renamed) };
}

function refuseMixed(active: Imported, others: readonly Imported[]): void {
  const refuse = (path: string, message: string) => taskFilesRefused({ problems: [{ path, message }] });
  const versions = new Set([active.content.version]);
  for (const { content } of others) {
    if (content.uuid !== active.content.uuid) {
      throw refuse('versions', `has ${content.version} with the uuid ${content.uuid}, and the task has ${active.content.uuid}`);
    }
    if (versions.has(content.version)) throw refuse('versions', `has ${content.version} twice`);
    versions.add(content.version);
  }
}

async function refuseExisting(parts: ChangeParts, row: TaskRow, { overwrite }: ImportWishes): Promise<void> {
  if (!overwrite) throw taskExists({ field: 'uuid', value: row.uuid });
  const [task] = await tasksOf(parts.database.read, [row]);
  if (!isEditable(task!)) throw taskReadOnly({ task: row.name, path: task!.path ?? '' });
}
