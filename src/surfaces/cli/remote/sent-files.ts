import { openTaskFiles, readContent, searchTaskPaths } from '#tasks/index.ts';

/** The files of a task on this machine, as the server would read them. @throws TASK_NOT_FOUND, TASK_TOO_LARGE, TASK_ARCHIVE_UNSAFE */
export async function filesAt(path: unknown): Promise<Readonly<Record<string, string>>> {
  return readContent(await openTaskFiles(String(path))).texts;
}

/** Those of every task in a folder. @throws as above, and what the system says where there is nothing at the path */
export async function everyTaskAt(path: string): Promise<{ readonly files: Readonly<Record<string, string>> }[]> {
  const { paths } = await searchTaskPaths(path, () => {});
  return Promise.all(paths.map(async (one) => ({ files: await filesAt(one) })));
}
