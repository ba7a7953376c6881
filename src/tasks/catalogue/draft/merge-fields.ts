import { manifestNames } from '../../files/manifest-names.ts';
import { isRecord } from '../../located.ts';
import { entryPath } from '../../manifest.ts';
import { json } from '../../template.ts';
import type { TaskFilesText } from '../catalogue.ts';
import { taskFilesRefused } from '../errors.ts';
import type { TaskFields } from './task-fields.ts';

/**
 * The files of a task with the fields of a request laid over them: metadata.json, main.js or main.ts, the schemas and tests/test-001.json
 * and so on, as a folder would hold them.
 * @param newUuid makes the identity where the metadata has none; null: leave it
 * @throws TASK_FILES_REFUSED when the fields and the files do not go together
 */
export function mergeFields(base: TaskFilesText, fields: TaskFields, newUuid: (() => string) | null): Record<string, string> {
  const files = copyOf(fields.files ?? base);
  const metadata = mergeMetadata(files, fields, newUuid);
  mergeCode(files, fields, metadata);
  for (const side of ['input', 'output'] as const) {
    const schema = fields[`${side}Schema`];
    if (schema === null) delete files[`${side}.schema.json`];
    else if (schema !== undefined) files[`${side}.schema.json`] = textOf(`${side}Schema`, schema);
  }
  if (fields.tests !== undefined) {
    for (const path of Object.keys(files)) if (/^tests\/[^/]+\.json$/.test(path) && path !== 'tests/_defaults.json') delete files[path];
    for (const [index, test] of fields.tests.entries())
      files[`tests/test-${String(index + 1).padStart(3, '0')}.json`] = textOf(`tests.${index}`, test);
  }
  if (metadata === null) return files;
  // Layout alone makes no new content.
  const text = textOf('metadata', metadata);
  if (text !== json(metadataOf(files) ?? {})) files['metadata.json'] = text;
  return files;
}

/** The same files with another version in metadata.json; null where the metadata stands in another file. */
export function withVersion(files: TaskFilesText, version: string): Record<string, string> | null {
  const metadata = metadataOf(files);
  return metadata === null ? null : { ...copyOf(files), 'metadata.json': json({ ...metadata, version }) };
}

/** What metadata.json holds; null where there is none. @throws TASK_FILES_REFUSED when it is not JSON */
export function metadataOf(files: TaskFilesText): Record<string, unknown> | null {
  const text = Object.hasOwn(files, 'metadata.json') ? files['metadata.json'] : undefined;
  if (text === undefined) return null;
  const value = parsed(text);
  if (!isRecord(value)) throw refused('metadata.json', 'must hold a JSON object');
  refuseDepth('metadata.json', value);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** Null when the metadata stays as it is. */
function mergeMetadata(files: Record<string, string>, fields: TaskFields, newUuid: (() => string) | null): Record<string, unknown> | null {
  const { name, label, description, version } = fields;
  const said = Object.fromEntries(Object.entries({ version, name, label, description }).filter(([, value]) => value !== undefined));
  const asksForNothing = fields.metadata === undefined && Object.keys(said).length === 0;
  const otherManifest = manifestNames.find((one) => Object.hasOwn(files, one));
  if (otherManifest !== undefined && otherManifest !== 'metadata.json') {
    if (asksForNothing) return null;
    throw refused(otherManifest, 'holds the metadata and cannot be changed by fields: send it among the files');
  }
  const before = metadataOf(files);
  if (before !== null && asksForNothing && (before['uuid'] !== undefined || newUuid === null)) return null;
  const merged = { ...before, ...fields.metadata, ...said };
  const identity = merged['uuid'] === undefined && newUuid !== null ? { uuid: newUuid() } : {};
  const whole: Record<string, unknown> = { ...identity, ...(merged['version'] === undefined ? { version: '1.0.0' } : {}), ...merged };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
}

function mergeCode(files: Record<string, string>, { sourceCode, sourceType }: TaskFields, metadata: Record<string, unknown> | null): void {
  if (sourceCode === undefined && sourceType === undefined) return;
  const now = metadata ?? metadataOf(files) ?? {};
  const named = now['entrypoint'] ?? now['main'];
  const entry = entryPath(now, 'metadata.json', (path) => Object.hasOwn(files, path));
  const text = sourceCode ?? (entry === undefined ? undefined : files[entry]);
  if (text === undefined) throw refused('sourceType', 'is given without any code');
  const typeNow = entry === undefined ? undefined : entry.endsWith('ts') ? 'typescript' : 'javascript';
  const type = sourceType ?? typeNow ?? 'javascript';
  if (entry !== undefined && type === typeNow) {
    files[entry] = text;
    return;
  }
  if (typeof named === 'string') throw refused('sourceType', `differs from the file the metadata names, ${named}: send the files`);
  if (entry !== undefined) delete files[entry];
  files[type === 'typescript' ? 'main.ts' : 'main.js'] = text;
}

/** Deeper JSON is no task's; indented, its text grows with the square of the depth. */
const deepest = 100;

function textOf(field: string, value: object): string {
  refuseDepth(field, value);
  return json(value);
}

function refuseDepth(field: string, value: object): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw refused(field, `is nested more than ${deepest} levels deep`);
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}

/** Null prototype: a file may be called __proto__.js, and what came over the wire is a key like any other. */
function copyOf(files: TaskFilesText): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, files);
}

function refused(path: string, message: string) {
  return taskFilesRefused({ problems: [{ path, message }] });
}
