import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceNotFound, sourceTooLarge } from '../../errors.ts';
import { judgePath } from '../cache/judge-path.ts';
import type { TreeWriter } from '../cache/tree-writer.ts';
import { checkContent, contentOfJson, jsonOf, type TaskContent } from './listed-task.ts';
import { isSameEntry, promisedHash, type ListedTask } from './read-listing.ts';
import { isZip } from './unpack-zip.ts';

/** Gets one file or answer of the source; bound to its credentials and limits. */
export type GetBody = (url: string) => Promise<Buffer>;

/** What an entry became, to take it from the earlier snapshot next time. Paths in the snapshot. */
export interface FetchedEntry {
  readonly entry: ListedTask;
  readonly files: readonly string[];
}

export interface Earlier {
  readonly folder: string;
  readonly entries: readonly FetchedEntry[];
}

export interface ListedRequest {
  readonly address: string;
  readonly tasks: readonly ListedTask[];
  /** `files`: entries stand for files beside the index. `answers`: each task is asked for at the list. */
  readonly kind: 'files' | 'answers';
  /** Where paths begin, with a slash at its end. */
  readonly root: string;
  /** Only what lies in it; null: everything. */
  readonly subdirectory: string | null;
  readonly maxBytes: number;
  readonly get: GetBody;
  readonly earlier: Earlier | null;
}

/** Tasks that are fetched beside each other: enough to hide the way, few enough for a small server. */
const atOnce = 6;

/**
 * Fetches the tasks that a list names. One that is not there is left out; anything else that goes wrong ends the fetch, because a task that is
 * left out counts as removed.
 */
export async function fetchListed(request: ListedRequest, writer: TreeWriter): Promise<readonly FetchedEntry[]> {
  const { tasks, subdirectory, maxBytes, address } = request;
  const wanted = tasks.filter((entry) => {
    const path = pathOf(entry);
    if (path === null) writer.skip(entry.name ?? '?', 'has no path');
    else if (judgePath(path) !== null) writer.skip(path, judgePath(path)!);
    else return subdirectory === null || path === subdirectory || path.startsWith(`${subdirectory}/`);
    return false;
  });
  const done: FetchedEntry[] = [];
  let bytes = 0;
  const waiting = [...wanted];
  const work = async () => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const content = await contentOf(request, entry, writer);
      if (content === null) continue;
      for (const [, file] of content) bytes += file.length;
      if (bytes > maxBytes) throw sourceTooLarge({ address, what: `its tasks have more than ${maxBytes} bytes`, limit: maxBytes });
      const files: string[] = [];
      for (const [file, body] of content) {
        if (!writer.accepts(file, body.length)) continue;
        writer.write(file, body);
        files.push(file);
      }
      done.push({ entry, files });
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, waiting.length) }, work));
  const failed = workers.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return done;
}

const pathOf = ({ path, name }: ListedTask): string | null => (path ?? name ?? '').replace(/^\.\//, '').replace(/\/+$/, '') || null;

/** By path in the snapshot; null where the task is not there. */
async function contentOf(request: ListedRequest, entry: ListedTask, writer: TreeWriter): Promise<TaskContent | null> {
  const path = pathOf(entry)!;
  try {
    return (
      (await fromEarlier(request.earlier, entry)) ??
      (await (request.kind === 'files' ? fromFiles(request, entry, path) : fromAnswer(request, entry, path)))
    );
  } catch (error) {
    if (!sourceNotFound.is(error)) throw error;
    writer.skip(path, 'is listed, and not there');
    return null;
  }
}

/** The same entry with a checksum is the same task: it is not fetched again. */
async function fromEarlier(earlier: Earlier | null, entry: ListedTask): Promise<TaskContent | null> {
  if (earlier === null || promisedHash(entry) === null) return null;
  const known = earlier.entries.find((one) => isSameEntry(one.entry, entry));
  if (!known) return null;
  return new Map(await Promise.all(known.files.map(async (file) => [file, await readFile(join(earlier.folder, file))] as const)));
}

/** Files of a task whose entry does not name them. */
const usualFiles = { needed: ['metadata.json', 'main.js'], optional: ['input.schema.json', 'output.schema.json'] } as const;

async function fromFiles({ address, root, get }: ListedRequest, entry: ListedTask, path: string): Promise<TaskContent> {
  const promised = promisedHash(entry);
  const url = (file: string) => root + file.split('/').map(encodeURIComponent).join('/');
  if (/\.zip$/i.test(path)) {
    const archive = await get(url(path));
    if (promised !== null) await checkContent(address, entry, promised, archive);
    return new Map([[path, archive]]);
  }
  const content = new Map<string, Buffer>();
  const bring = async (file: string) => {
    if (judgePath(file) === null) content.set(file, await get(url(`${path}/${file}`)));
  };
  for (const file of entry.files ?? usualFiles.needed) await bring(file);
  if (entry.files === undefined) {
    for (const file of usualFiles.optional) {
      await bring(file).catch((error: unknown) => {
        if (!sourceNotFound.is(error)) throw error;
      });
    }
  }
  if (promised !== null) await checkContent(address, entry, promised, content);
  return below(path, content);
}

async function fromAnswer({ address, root, get }: ListedRequest, entry: ListedTask, path: string): Promise<TaskContent | null> {
  const promised = promisedHash(entry);
  let content = contentOfJson(entry);
  if (content === null) {
    const body = await get(`${root}${encodeURIComponent(path)}`);
    if (isZip(body)) {
      if (promised !== null) await checkContent(address, entry, promised, body);
      return new Map([[`${path.replace(/\.zip$/i, '')}.zip`, body]]);
    }
    content = contentOfJson(jsonOf(address, path, body));
  }
  if (content === null) throw sourceNotFound({ address, reason: `${path} holds no code` });
  if (promised !== null) await checkContent(address, entry, promised, content);
  return below(path, content);
}

function below(path: string, content: TaskContent): TaskContent {
  return new Map([...content].map(([file, bytes]) => [`${path}/${file}`, bytes]));
}
