import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryFileInvalid, repositoryMissing } from './errors.ts';
import { registryFile, RegistryFile } from './registry-file.ts';

/** Aliases are allowed a hundred expansions: enough for people, too few for a file made to fill the memory. */
const mostAliases = 100;

/** What registry.yaml of a repository says. @throws TASK_REPOSITORY_MISSING, TASK_REPOSITORY_INVALID */
export async function readRegistry(folder: string): Promise<RegistryFile> {
  const file = join(folder, registryFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw repositoryMissing({ folder }, error);
    throw repositoryFileInvalid({ file, problem: message }, error);
  }
  return checked(file, RegistryFile, await parseYaml(file, text));
}

/** The value of a YAML text. @throws TASK_REPOSITORY_INVALID with the line */
export async function parseYaml(file: string, text: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const wrong = document.errors[0];
  if (wrong !== undefined) {
    const { line, col } = lines.linePos(wrong.pos[0]);
    throw repositoryFileInvalid({ file: `${file}:${line}:${col}`, problem: wrong.message.replace(/\.$/, '') });
  }
  try {
    return document.toJS({ maxAliasCount: mostAliases }) as unknown;
  } catch (error) {
    throw repositoryFileInvalid({ file, problem: (error as Error).message }, error);
  }
}

/** @throws TASK_REPOSITORY_INVALID with every field that is wrong */
export function checked<Schema extends z.ZodType>(file: string, schema: Schema, value: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problem = error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
  throw repositoryFileInvalid({ file, problem });
}
