import { SourceMap } from 'node:module';
import type { TaskFiles } from '../files/task-files.ts';
import { bundle, refusal, transformTypeScript, type Transformed } from './bundle.ts';
import { findCallable, type Callable, type FoundCallable } from './callable.ts';
import { standsAlone, wrapModule } from './module-body.ts';
import { CodeProblem, parseCode, type ParsedCode } from './parse.ts';
import { referencesOf } from './references.ts';
import { exportCallable, wrapBundle, wrapScript, type Wrapped } from './wrap.ts';

/** Code that is ready for the engine, apart from the schema checks. */
export interface ReadCode extends Wrapped {
  readonly sourceMap: string | null;
  readonly callable: Callable;
}

/**
 * Makes a task's code runnable without running any of it. Plain JavaScript in one file keeps its lines and columns and needs no
 * bundler; TypeScript is translated; several files are bundled.
 * @throws CodeProblem
 */
export async function readCode(files: TaskFiles, entry: string): Promise<ReadCode> {
  const text = files.read(entry)!;
  if (/\.[cm]?ts$/.test(entry)) return readTypeScript(files, entry, text);
  const parsed = parseCode(text, entry);
  const found = findCallable(parsed);
  if (needsBundle(parsed)) return bundled(files, entry, exportCallable(text, found.entry), 'js', found.callable);
  return { ...wrapSingle(text, parsed, found), sourceMap: null, callable: found.callable };
}

async function readTypeScript(files: TaskFiles, entry: string, text: string): Promise<ReadCode> {
  const { code, sourceMap } = await translate(entry, text);
  const parsed = parseCode(code, entry.replace(/ts$/, 'js'));
  const found = withAuthorsPlaces(sourceMap, () => findCallable(parsed));
  const callable = { ...found.callable, line: authorsPlace(sourceMap, found.callable.line, Number.MAX_SAFE_INTEGER)?.line ?? null };
  if (!needsBundle(parsed)) return { ...wrapSingle(code, parsed, found), sourceMap, callable };
  if (parsed.kind === 'module') return bundled(files, entry, text, 'ts', callable);
  // A script has no exports of its own, so they are added to what it became; the map of that step rides along.
  const carried = `${exportCallable(code, found.entry)}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(sourceMap).toString('base64')}`;
  return bundled(files, entry, carried, 'js', callable);
}

/** A function without a name is no program by itself, so code is tried between parentheses before its syntax is called wrong. */
async function translate(entry: string, text: string): Promise<Transformed> {
  try {
    return await transformTypeScript(entry, text);
  } catch (error) {
    const trimmed = text.trimEnd();
    const expression = trimmed.endsWith(';') ? trimmed.slice(0, -1) : trimmed;
    return await transformTypeScript(entry, `(${expression}\n)`).catch(() => {
      throw error;
    });
  }
}

async function bundled(files: TaskFiles, entry: string, text: string, loader: 'js' | 'ts', callable: Callable): Promise<ReadCode> {
  const { code, sourceMap } = await bundle(files, entry, text, loader);
  return { ...wrapBundle(code), sourceMap, callable };
}

function wrapSingle(text: string, parsed: ParsedCode, found: FoundCallable): Wrapped {
  const { entry } = found;
  return parsed.kind === 'module' && entry.how === 'export' ? wrapModule(text, parsed.ast, { ...entry }) : wrapScript(text, parsed, entry);
}

/** Whether other files are involved. Asking a script for anything but the task's own files is refused here; the bundler refuses the rest. */
function needsBundle(parsed: ParsedCode): boolean {
  if (parsed.kind === 'expression') return false;
  const { imports, asksForRequire } = referencesOf(parsed.ast);
  const isOwn = (target: string) => /^\.{1,2}(\/|$)/.test(target);
  const foreign = imports.find(({ how, target }) => !isOwn(target) && !(how === 'require' && asksForRequire));
  if (foreign !== undefined && foreign.how !== 'import') {
    throw new CodeProblem(
      'import-refused',
      `${refusal(foreign.target)}.`,
      foreign.place,
      'Copy what you need into a file of the task and import that.',
    );
  }
  return imports.some(({ target }) => isOwn(target)) || (parsed.kind === 'module' && !standsAlone(parsed.ast));
}

/** Where in the author's file a line of the translated code comes from. */
function authorsPlace(sourceMap: string, line: number | null, column: number): { line: number; column: number } | null {
  if (line === null) return null;
  const map = new SourceMap(JSON.parse(sourceMap) as ConstructorParameters<typeof SourceMap>[0]);
  const found = map.findEntry(line - 1, column - 1);
  return 'originalLine' in found ? { line: found.originalLine + 1, column: found.originalColumn + 1 } : null;
}

function withAuthorsPlaces<Result>(sourceMap: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodeProblem) || error.place === null) throw error;
    throw new CodeProblem(error.code, error.message, authorsPlace(sourceMap, error.place.line, error.place.column), error.hint, error.file);
  }
}
