import { isRecord } from '../../located.ts';
import { json } from '../../template.ts';
import { importUnreadable } from './errors.ts';
import type { Candidate, ImportReading } from './import-candidate.ts';
import { filesIn, taskFoldersIn } from './read-folders.ts';
import { readRecords } from './read-records.ts';

const deepest = 32;

/**
 * The tasks of a directory as an object: `{"tasks": ..., "collections": ..., "templates": ...}`, each a list of tasks, or folders and files
 * by name; or folders and files alone. What is among templates is no task, and said to be passed over.
 * @throws TASK_IMPORT_UNREADABLE
 */
export function readDirectory(data: unknown, newUuid: () => string): ImportReading {
  const inner = isRecord(data) ? (data['directory_structure'] ?? data['directoryStructure'] ?? data) : data;
  if (Array.isArray(inner)) return readRecords(inner, '', newUuid);
  if (!isRecord(inner)) throw importUnreadable({ field: 'data', reason: 'holds no folders: it has to be an object of names' });
  const { tasks, collections, templates, ...others } = inner;
  const readings = [read(tasks, 'tasks', newUuid), read(collections, 'collections', newUuid)];
  if (tasks === undefined && collections === undefined) readings.push(read(others, '', newUuid));
  const ignored = isRecord(templates) ? Object.keys(templates).map((name) => `templates/${name}`) : [];
  let at = 0;
  const candidates: Candidate[] = [];
  const problems: ImportReading['problems'][number][] = [];
  for (const reading of readings) {
    const moved = <One extends { readonly index: number }>(one: One): One => ({ ...one, index: one.index + at });
    candidates.push(...reading.candidates.map(moved));
    problems.push(...reading.problems.map(moved));
    at += new Set([...reading.candidates, ...reading.problems].map(({ index }) => index)).size;
  }
  if (at === 0) throw importUnreadable({ field: 'data', reason: 'holds no folder with a metadata.json and no task' });
  return { candidates, problems, ignored };
}

function read(value: unknown, field: string, newUuid: () => string): ImportReading {
  if (value === undefined || value === null) return { candidates: [], problems: [], ignored: [] };
  if (Array.isArray(value)) return readRecords(value, field, newUuid);
  if (!isRecord(value)) throw importUnreadable({ field, reason: 'is neither a list of tasks nor an object of folders' });
  const records = Object.entries(value).filter(([, one]) => isTaskRecord(one));
  if (records.length > 0 && records.length === Object.keys(value).length) {
    return readRecords(
      records.map(([name, one]) => ({ name, ...(one as object) })),
      field,
      newUuid,
    );
  }
  const texts = new Map<string, string>();
  flatten(value, field, texts, 0);
  const candidates = taskFoldersIn(texts.keys()).map((folder, index) => ({
    index,
    field: folder,
    name: folder.slice(folder.lastIndexOf('/') + 1),
    active: { files: filesIn(folder, texts).files, checksum: null, isBreaking: false, note: null },
    others: [],
    enabled: undefined,
  }));
  return { candidates, problems: [], ignored: [] };
}

/** A task that is written as fields, not as files. */
function isTaskRecord(value: unknown): boolean {
  return isRecord(value) && ['code', 'source_code', 'sourceCode'].some((field) => typeof value[field] === 'string');
}

/** Names of folders and files become paths; a file of JSON may be given as what it holds. */
function flatten(folder: Readonly<Record<string, unknown>>, path: string, texts: Map<string, string>, depth: number): void {
  if (depth > deepest) throw importUnreadable({ field: path, reason: `lies more than ${deepest} folders deep` });
  for (const [name, value] of Object.entries(folder)) {
    const inner = path === '' ? name : `${path}/${name}`;
    if (typeof value === 'string') texts.set(inner, value);
    else if (/\.json$/i.test(name) && value !== null) texts.set(inner, json(value));
    else if (isRecord(value)) flatten(value, inner, texts, depth + 1);
    else throw importUnreadable({ field: inner, reason: 'is neither the text of a file nor a folder' });
  }
}
