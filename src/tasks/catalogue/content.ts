import type { TaskFiles } from '../files/task-files.ts';
import { readContent } from '../load.ts';
import { isToolOf, namesOf, uuidFromName } from '../metadata.ts';
import type { TaskProblem } from '../problem.ts';
import { examine, type ValidationReport } from '../validate.ts';
import type { TaskFilesText } from './catalogue.ts';

/** A task's files with what the tables say of them. */
export interface Content {
  readonly uuid: string;
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly version: string;
  /** Content hash of all files, 64 hex digits. */
  readonly checksum: string;
  /** Most jobs at once, as the metadata wants it. */
  readonly concurrency: number | null;
  /** Whether it asks to be a tool of its own. */
  readonly isTool: boolean;
  readonly files: TaskFilesText;
  /** JSON text each. */
  readonly metadata: string;
  readonly inputSchema: string | null;
  readonly outputSchema: string | null;
}

export interface ReadContent {
  readonly report: ValidationReport;
  /** Null when the task cannot run; `errors` say why. */
  readonly content: Content | null;
  readonly errors: readonly TaskProblem[];
}

/** Checks files as `ratchet validate` does. A broken test keeps nobody from running a task. @throws TASK_TOO_LARGE */
export async function readTask(files: TaskFiles): Promise<ReadContent> {
  const { report, inspection } = await examine(files);
  const errors = report.problems.filter(({ severity, code }) => severity === 'error' && code !== 'test-invalid');
  const { metadata } = inspection.manifest;
  if (errors.length > 0 || metadata === null || inspection.code === null) return { report, content: null, errors };
  const { texts, hash } = readContent(files);
  const { name, label } = namesOf(metadata);
  const jsonOf = (part: { readonly schema: unknown } | null) => (part === null ? null : JSON.stringify(part.schema));
  const content: Content = {
    uuid: metadata.uuid?.toLowerCase() ?? uuidFromName(name),
    name: columnText(name, 'name'),
    label: columnText(label, 'label'),
    description: columnText(metadata.description ?? '', 'description'),
    version: metadata.version,
    checksum: hash,
    concurrency: metadata.concurrency ?? null,
    isTool: isToolOf(metadata),
    files: texts,
    metadata: JSON.stringify(metadata),
    inputSchema: jsonOf(inspection.input),
    outputSchema: jsonOf(inspection.output),
  };
  return { report, content, errors };
}

/** Longest texts in the tables of tasks; the files keep them whole. An index of PostgreSQL takes 2,700 bytes, a list is sent often. */
const longest = { name: 200, label: 500, description: 10_000 } as const;

/** What the metadata says, as the tables of tasks hold it. */
export function columnText(text: string, column: keyof typeof longest): string {
  return storable(text.slice(0, longest[column]));
}

/** Text that every database takes: without zero bytes and halves of characters. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
