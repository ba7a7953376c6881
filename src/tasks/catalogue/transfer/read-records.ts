import { z } from 'zod';
import { inputRejected, problemsOf, RatchetError } from '#kernel/index.ts';
import { mergeFields } from '../draft/merge-fields.ts';
import { taskFields } from '../draft/task-fields.ts';
import type { Candidate, CandidateVersion, ImportProblem, ImportReading } from './import-candidate.ts';

const Files = z.record(z.string(), z.string());

const VersionRecord = z.object({
  files: Files,
  checksum: z.string().nullish(),
  isBreaking: z.boolean().nullish(),
  changeDescription: z.string().nullish(),
});

/** A task as text: what an export holds, or the fields of one that was written by hand or by another program. */
const TaskRecord = z.object({
  ...taskFields,
  uuid: z.string().optional(),
  tags: z.array(z.string()).optional(),
  enabled: z.boolean().optional(),
  checksum: z.string().nullish(),
  isBreaking: z.boolean().nullish(),
  changeDescription: z.string().nullish(),
  versions: z.array(VersionRecord).nullish(),
});

/** Other names of fields, without blanks, dashes and capitals. */
const spellings: Readonly<Record<string, string>> = {
  code: 'sourceCode',
  codetype: 'sourceType',
  testcases: 'tests',
  taskname: 'name',
};

const known = new Map(Object.keys(TaskRecord.shape).map((name) => [bare(name), name]));

function bare(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/** Reads a list of tasks. @param field where the list stands in what was sent @param newUuid makes the identity of a task that has none */
export function readRecords(records: readonly unknown[], field: string, newUuid: () => string): ImportReading {
  const candidates: Candidate[] = [];
  const problems: ImportProblem[] = [];
  for (const [index, record] of records.entries()) {
    const place = field === '' ? String(index) : `${field}.${index}`;
    const name = nameOf(record);
    try {
      candidates.push({ index, field: place, ...readRecord(record, newUuid) });
    } catch (caught) {
      if (!(caught instanceof RatchetError)) throw caught;
      problems.push(...problemsIn(caught, { index, name, field: place }));
    }
  }
  return { candidates, problems, ignored: [] };
}

/** @throws REQUEST_INVALID, TASK_FILES_REFUSED */
function readRecord(record: unknown, newUuid: () => string): Omit<Candidate, 'index' | 'field'> {
  const parsed = TaskRecord.safeParse(spelled(record));
  if (!parsed.success) throw inputRejected({ operation: 'tasks.import', problems: problemsOf(parsed.error) });
  const { uuid, tags, enabled, checksum, isBreaking, changeDescription, versions, ...fields } = parsed.data;
  if (fields.files === undefined && (fields.name === undefined || fields.sourceCode === undefined)) {
    const path = fields.name === undefined ? 'name' : 'code';
    throw inputRejected({ operation: 'tasks.import', problems: [{ path, message: 'is needed where no files are given' }] });
  }
  const whole = { files: fields.files, checksum, isBreaking, changeDescription };
  // An export says beside the files what stands in them: those count, and what was said beside them is for readers.
  const files = fields.files ?? mergeFields({}, withIdentity(fields, uuid, tags), newUuid);
  return {
    name: fields.name ?? '',
    active: versionOf({ ...whole, files }),
    others: (versions ?? []).map(versionOf),
    enabled,
  };
}

function versionOf({ files, checksum, isBreaking, changeDescription }: z.output<typeof VersionRecord>): CandidateVersion {
  return { files, checksum: checksum ?? null, isBreaking: isBreaking ?? false, note: changeDescription ?? null };
}

function withIdentity<Fields extends { readonly metadata?: Readonly<Record<string, unknown>> | undefined }>(
  fields: Fields,
  uuid: string | undefined,
  tags: readonly string[] | undefined,
): Fields {
  const more = { ...(uuid === undefined ? {} : { uuid }), ...(tags === undefined ? {} : { tags }) };
  return Object.keys(more).length === 0 ? fields : { ...fields, metadata: { ...fields.metadata, ...more } };
}

/** Snake case and older names are understood; what is unknown is passed over, as of any export of a later version. */
function spelled(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]: [string, unknown]) => {
      const name = known.get(bare(spellings[bare(key)] ?? key));
      return name === undefined ? [] : [[name, name === 'versions' && Array.isArray(value) ? value.map(spelled) : value]];
    }),
  );
}

function nameOf(record: unknown): string {
  const name: unknown = typeof record === 'object' && record !== null ? (record as Record<string, unknown>)['name'] : undefined;
  return typeof name === 'string' ? name.slice(0, 100) : '';
}

/** What an error says of a task, field by field where it knows them. */
export function problemsIn(error: RatchetError, at: Pick<ImportProblem, 'index' | 'name' | 'field'>): ImportProblem[] {
  const whole = { ...at, code: error.code, message: error.message, hint: error.hint };
  const told = error.data['problems'];
  if (!Array.isArray(told) || told.length === 0) return [whole];
  return told.slice(0, 20).map((problem: { path?: string; file?: string; line?: number | null; message: string; hint?: string }) => {
    const path = problem.path ?? `${problem.file ?? ''}${problem.line ? `:${problem.line}` : ''}`;
    return { ...whole, field: path === '' ? at.field : `${at.field}.${path}`, message: problem.message, hint: problem.hint ?? error.hint };
  });
}
