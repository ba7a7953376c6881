import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RatchetError } from '#kernel/index.ts';
import { taskInvalid } from '../../errors.ts';
import type { TaskFiles } from '../../files/task-files.ts';
import { openTaskFiles, readContent } from '../../load.ts';
import { readTask, storable, type Content } from '../content.ts';
import type { VersionRow } from './source-rows.ts';

/** What stands at a path of a source, compared with what is stored. */
export type Surveyed =
  | { readonly kind: 'same'; readonly path: string; readonly row: VersionRow }
  | { readonly kind: 'content'; readonly path: string; readonly content: Content }
  /** @param hash null where the files could not be read */
  | { readonly kind: 'broken'; readonly path: string; readonly error: string; readonly hash: string | null };

/** What was found broken, by source and path: judged anew only when its content is another. */
export type BrokenTasks = Map<string, { readonly hash: string; readonly error: string }>;

export interface SurveyRequest {
  readonly sourceId: number;
  readonly root: string;
  /** Inside the root, with forward slashes. */
  readonly paths: readonly string[];
  readonly rows: readonly VersionRow[];
  readonly broken: BrokenTasks;
}

/**
 * Reads tasks and finds out which of them are not what is stored. Only those are checked, so that a survey of tasks that did not change
 * costs no more than reading and hashing their files, wherever they have moved.
 */
export async function survey({ sourceId, root, paths, rows, broken }: SurveyRequest): Promise<Surveyed[]> {
  // A checksum is over the metadata too, and tells task and version. Of several rows the one of this source is meant.
  const byChecksum = new Map<string, VersionRow>();
  for (const row of rows) if (row.sourceId === sourceId || !byChecksum.has(row.checksum)) byChecksum.set(row.checksum, row);
  const surveyed: Surveyed[] = [];
  for (const path of paths) {
    surveyed.push(await surveyOne(`${sourceId}:${path}`, path, path === '.' ? root : join(root, path), byChecksum, broken));
    // Reading a folder does not give way by itself, and a server has other things to do.
    await nextTurn();
  }
  return surveyed;
}

async function surveyOne(
  key: string,
  path: string,
  place: string,
  byChecksum: ReadonlyMap<string, VersionRow>,
  broken: BrokenTasks,
): Promise<Surveyed> {
  try {
    const files = await openTaskFiles(place);
    const { hash } = readContent(files);
    const row = byChecksum.get(hash);
    if (row !== undefined) {
      broken.delete(key);
      return { kind: 'same', path, row };
    }
    const known = broken.get(key);
    return known?.hash === hash ? { kind: 'broken', path, error: known.error, hash } : await judge(key, path, files, hash, broken);
  } catch (caught) {
    // A file that goes away while it is read, for one, which is no reason to leave the other tasks alone.
    return {
      kind: 'broken',
      path,
      hash: null,
      error: shortened(caught instanceof RatchetError ? caught.message : `It cannot be read: ${String(caught)}.`),
    };
  }
}

async function judge(key: string, path: string, files: TaskFiles, hash: string, broken: BrokenTasks): Promise<Surveyed> {
  const { content, errors } = await readTask(files);
  if (content !== null) {
    broken.delete(key);
    return { kind: 'content', path, content };
  }
  const error = shortened(taskInvalid({ path: files.origin, problems: [...errors] }).message);
  broken.set(key, { hash, error });
  return { kind: 'broken', path, error, hash };
}

const longestError = 2_000;

function shortened(text: string): string {
  return storable(text.length > longestError ? `${text.slice(0, longestError)}...` : text);
}
