import { setImmediate as nextTurn } from 'node:timers/promises';
import { RatchetError } from '#kernel/index.ts';
import { taskInvalid } from '../../errors.ts';
import { openTaskFiles, readContent } from '../../load.ts';
import type { TaskFiles } from '../../files/task-files.ts';
import { readTask, storable, type Content } from '../content.ts';
import type { SourceRow } from './source-rows.ts';

/** What stands at a path, compared with what is stored. */
export type Surveyed =
  | { readonly kind: 'same'; readonly path: string; readonly row: SourceRow }
  | { readonly kind: 'content'; readonly path: string; readonly content: Content }
  | { readonly kind: 'broken'; readonly path: string; readonly error: string };

/** What was found broken, by path: judged anew only when its content is another. */
export type BrokenTasks = Map<string, { readonly hash: string; readonly error: string }>;

/**
 * Reads tasks and finds out which of them are not what is stored. Only those are checked, so that a survey of tasks that did not change
 * costs no more than reading and hashing their files.
 */
export async function survey(
  paths: readonly string[],
  rowsAt: ReadonlyMap<string, readonly SourceRow[]>,
  broken: BrokenTasks,
): Promise<Surveyed[]> {
  const surveyed: Surveyed[] = [];
  for (const path of paths) {
    surveyed.push(await surveyOne(path, rowsAt.get(path) ?? [], broken));
    // Reading a folder does not give way by itself, and a server has other things to do.
    await nextTurn();
  }
  return surveyed;
}

async function surveyOne(path: string, rows: readonly SourceRow[], broken: BrokenTasks): Promise<Surveyed> {
  try {
    const files = await openTaskFiles(path);
    const { hash } = readContent(files);
    const row = rows.find(({ checksums }) => checksums.has(hash));
    if (row !== undefined) {
      broken.delete(path);
      return { kind: 'same', path, row };
    }
    const known = broken.get(path);
    return known?.hash === hash ? { kind: 'broken', path, error: known.error } : await judge(path, files, hash, broken);
  } catch (caught) {
    // A file that goes away while it is read, for one, which is no reason to leave the other tasks alone.
    return {
      kind: 'broken',
      path,
      error: shortened(caught instanceof RatchetError ? caught.message : `It cannot be read: ${String(caught)}.`),
    };
  }
}

async function judge(path: string, files: TaskFiles, hash: string, broken: BrokenTasks): Promise<Surveyed> {
  const { content, errors } = await readTask(files);
  if (content !== null) {
    broken.delete(path);
    return { kind: 'content', path, content };
  }
  const error = shortened(taskInvalid({ path, problems: [...errors] }).message);
  broken.set(path, { hash, error });
  return { kind: 'broken', path, error };
}

const longestError = 2_000;

function shortened(text: string): string {
  return storable(text.length > longestError ? `${text.slice(0, longestError)}...` : text);
}
