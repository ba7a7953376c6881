import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { repositoryExists, repositoryFileInvalid } from './errors.ts';
import { collectionsFolder } from './read-collections.ts';
import { tasksFolder } from './read-tasks.ts';
import { templatesFolder } from './read-templates.ts';
import { refreshIndex, type Refreshed } from './refresh-index.ts';
import { indexFile, registryFile } from './registry-file.ts';
import { replaceFile } from './replace-file.ts';

export interface InitRequest {
  readonly folder: string;
  /** Absent: the folder's. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly version?: string | undefined;
  readonly ratchetVersion?: string | undefined;
  /** Says what is given anew where the folder is a repository already. */
  readonly force: boolean;
}

export interface Initialized extends Refreshed {
  readonly name: string;
  /** Written now, from the root of the repository. */
  readonly files: readonly string[];
}

/**
 * Makes a folder a task repository, or one anew. Files that are there stay, but for the fields of registry.yaml that are given.
 * @param now milliseconds since 1970 UTC
 * @throws TASK_REPOSITORY_EXISTS, TASK_REPOSITORY_INVALID, TASK_REPOSITORY_UNWRITABLE
 */
export async function initRepository(request: InitRequest, now: number): Promise<Initialized> {
  const { folder, force } = request;
  const isThere = existsSync(join(folder, registryFile));
  if (isThere && !force) throw repositoryExists({ folder });
  const text = isThere ? await changedRegistry(request) : await newRegistry(request);
  const files = [registryFile];
  replaceFile(join(folder, registryFile), text);
  for (const path of [tasksFolder, collectionsFolder, templatesFolder].map((one) => `${one}/.gitkeep`)) {
    if (existsSync(join(folder, path, '..'))) continue;
    replaceFile(join(folder, path), '');
    files.push(path);
  }
  if (!existsSync(join(folder, 'README.md'))) {
    replaceFile(join(folder, 'README.md'), readme(nameOf(request), request.description ?? ''));
    files.push('README.md');
  }
  const refreshed = await refreshIndex(folder, { force: true, now });
  if (refreshed.isWritten) files.push(indexFile);
  return { ...refreshed, name: refreshed.index.repository.name, files };
}

function nameOf({ name, folder }: InitRequest): string {
  return name ?? (basename(resolve(folder)) || 'tasks');
}

async function newRegistry(request: InitRequest): Promise<string> {
  const { stringify } = await import('yaml');
  const { description = 'Tasks for Ratchet', version = '1.0.0', ratchetVersion = '>=0.1.0' } = request;
  return stringify({
    name: nameOf(request),
    description,
    version,
    ratchet_version: ratchetVersion,
    discovery: { auto_index: true, include_patterns: [`${tasksFolder}/**`], exclude_patterns: ['**/node_modules/**'] },
  });
}

/** What stands there with the fields that are given; comments, order and all other fields stay. */
async function changedRegistry({ folder, name, description, version, ratchetVersion }: InitRequest): Promise<string> {
  const file = join(folder, registryFile);
  const { parseDocument, isMap } = await import('yaml');
  const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: false });
  const wrong = document.errors[0]?.message ?? (isMap(document.contents) ? undefined : 'it must be a mapping of fields');
  if (wrong !== undefined) throw repositoryFileInvalid({ file, problem: wrong });
  const given = { name, description, version, ratchet_version: ratchetVersion };
  for (const [field, value] of Object.entries(given)) if (value !== undefined) document.set(field, value);
  return String(document);
}

function readme(name: string, description: string): string {
  return `# ${name}

${description === '' ? '' : `${description}\n\n`}A repository of tasks for Ratchet.

- \`${tasksFolder}/\`: a folder for each task, made with \`ratchet generate task ${tasksFolder}/<name>\`
- \`${collectionsFolder}/\`: \`<name>.yaml\` with \`description\` and \`tasks\`, the names of tasks that belong together
- \`${templatesFolder}/\`: tasks to start new ones from
- \`.ratchet/\`: \`registry.yaml\` says what this repository is, \`index.json\` what is in it

After a change, \`ratchet repo refresh-metadata\` writes the index anew.
`;
}
