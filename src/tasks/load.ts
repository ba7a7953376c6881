import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Program } from '#engine/index.ts';
import { RatchetError } from '#kernel/index.ts';
import { taskInvalid, taskNotFound } from './errors.ts';
import type { TaskFiles } from './files/task-files.ts';
import { openFolder } from './files/task-folder.ts';
import { openZip } from './files/task-zip.ts';
import { inspect, type Inspection } from './inspect.ts';
import { cacheTtlOf, mcpServersOf, namesOf, uuidFromName, wishesOf } from './metadata.ts';
import type { Task } from './task.ts';

/**
 * Reads the task in a folder or ZIP archive and makes it ready to run. Runs none of its code.
 * @throws TASK_NOT_FOUND, TASK_INVALID, TASK_TOO_LARGE, TASK_ARCHIVE_UNSAFE
 */
export async function loadTask(path: string): Promise<Task> {
  return loadFrom(await openTaskFiles(path));
}

/** Opens what stands at a path as a task's files. @throws TASK_NOT_FOUND, TASK_TOO_LARGE, TASK_ARCHIVE_UNSAFE */
export async function openTaskFiles(path: string): Promise<TaskFiles> {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return openFolder(path);
    if (stat.isFile() && /\.zip$/i.test(path)) return await openZip(path);
  } catch (error) {
    throw error instanceof RatchetError ? error : taskNotFound({ path }, error);
  }
  throw taskNotFound({ path });
}

/** The same for files that are already open. @throws TASK_INVALID */
export async function loadFrom(files: TaskFiles): Promise<Task> {
  const inspection = await inspect(files);
  // A broken test keeps nobody from running the task.
  const errors = inspection.problems.filter(({ severity, code }) => severity === 'error' && code !== 'test-invalid');
  if (errors.length > 0) throw taskInvalid({ path: files.origin, problems: errors });
  const { manifest, code } = inspection;
  const { metadata, entry } = manifest;
  if (metadata === null || entry === null || code === null) throw taskInvalid({ path: files.origin, problems: errors });
  const { name, label } = namesOf(metadata);
  const { texts, hash } = readContent(files);
  const uuid = metadata.uuid?.toLowerCase() ?? uuidFromName(name);
  return {
    uuid,
    name,
    label,
    version: metadata.version,
    description: metadata.description ?? '',
    metadata,
    wishes: wishesOf(metadata),
    isolation: metadata.isolation ?? null,
    network: metadata.network ?? null,
    mcpServers: mcpServersOf(metadata),
    cacheTtlMs: cacheTtlOf(metadata),
    maxConcurrent: metadata.concurrency ?? null,
    program: programOf(inspection, entry, `${uuid}@${metadata.version}`),
    callable: code.callable,
    inputSchema: inspection.input?.schema ?? null,
    outputSchema: inspection.output?.schema ?? null,
    tests: manifest.tests,
    origin: files.origin,
    hash,
    files: texts,
  };
}

/** @param identity is part of the program's id, so that two tasks with the same code never share an isolate or a warm realm */
function programOf({ code, input, output }: Inspection, filename: string, identity: string): Program {
  const { script, lineOffset, columnShift, sourceMap } = code!;
  const parts = {
    script,
    filename,
    lineOffset,
    columnShift,
    sourceMap,
    inputCheck: input?.check ?? null,
    outputCheck: output?.check ?? null,
  };
  return { id: digest(JSON.stringify([identity, parts])), ...parts };
}

/** Every file of a task, and the hash that tells this content from any other. @throws TASK_TOO_LARGE */
export function readContent(files: TaskFiles): { texts: Record<string, string>; hash: string } {
  // Null prototype: a file may be called __proto__.js.
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const path of files.list()) {
    const text = files.read(path);
    if (text !== undefined) texts[path] = text;
  }
  return { texts, hash: digest(JSON.stringify(texts)) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
