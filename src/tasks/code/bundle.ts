import { posix } from 'node:path';
import type { BuildFailure, BuildOptions, Message, Plugin } from 'esbuild';
import type { TaskFiles } from '../files/task-files.ts';
import { compile, refuseDeepNesting } from './compiler.ts';
import { CodeProblem } from './parse.ts';

/** JavaScript made from one or more files of a task, with the way back to the author's lines. */
export interface Transformed {
  readonly code: string;
  /** Source map, JSON text; `sources` are paths inside the task. */
  readonly sourceMap: string;
}

const common = {
  target: 'es2024',
  platform: 'neutral',
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'silent',
  charset: 'utf8',
} as const satisfies BuildOptions;

/** Turns one TypeScript file into JavaScript, leaving its imports and exports as they are. @throws CodeProblem */
export async function transformTypeScript(file: string, text: string): Promise<Transformed> {
  refuseDeepNesting(text, file);
  const result = await withDecorators((tsconfigRaw) =>
    compile(({ transform }) => transform(text, { ...common, loader: 'ts', sourcefile: file, tsconfigRaw })),
  );
  return { code: result.code, sourceMap: result.map };
}

/**
 * Bundles a task's entry with the files it imports into one CommonJS script. Nothing is read from disk: only relative imports of the
 * task's own files resolve, everything else is refused with the place of the import.
 * @param entryText replaces the text of the entry
 * @throws CodeProblem
 */
export async function bundle(files: TaskFiles, entry: string, entryText: string, entryLoader: 'js' | 'ts'): Promise<Transformed> {
  const options = {
    ...common,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outfile: 'task.js',
    format: 'cjs',
    keepNames: true,
    plugins: [ownFilesOnly(files, entry, entryText, entryLoader)],
  } as const satisfies BuildOptions;
  const result = await withDecorators((tsconfigRaw) => compile(({ build }) => build({ ...options, tsconfigRaw })));
  const text = (suffix: string) => result.outputFiles.find((file) => file.path.endsWith(suffix))!.text;
  return { code: text('task.js'), sourceMap: plainSources(text('task.js.map')) };
}

function ownFilesOnly(files: TaskFiles, entry: string, entryText: string, entryLoader: 'js' | 'ts'): Plugin {
  return {
    name: 'own-files-only',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ kind, path, importer }) => {
        if (kind === 'entry-point') return { path: entry, namespace: 'task' };
        if (!/^\.{1,2}(\/|$)/.test(path)) return { errors: [{ text: refusal(path) }] };
        const found = resolveWithin(files, importer, path);
        return found === undefined ? { errors: [{ text: `${path} is not a file of the task` }] } : { path: found, namespace: 'task' };
      });
      build.onLoad({ filter: /.*/, namespace: 'task' }, ({ path }) => {
        const contents = path === entry ? entryText : files.read(path)!;
        try {
          refuseDeepNesting(contents, path);
        } catch (error) {
          return { errors: [{ text: (error as Error).message.replace(/\.$/, ''), location: { file: path, line: 1, column: 0 } }] };
        }
        return { contents, loader: path === entry ? entryLoader : loaderOf(path) };
      });
    },
  };
}

/** Why an import that is not relative does not work. */
export function refusal(target: string): string {
  return `${target} cannot be imported: a task reaches only its own files, by a relative path`;
}

/** The file a relative import means, with the guesses people are used to; undefined when the task has no such file. */
export function resolveWithin(files: TaskFiles, importer: string, target: string): string | undefined {
  const path = posix.normalize(posix.join(posix.dirname(importer), target)).replace(/\/$/, '');
  if (path.startsWith('..')) return undefined;
  const known = new Set(files.list());
  const suffixes = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.json'];
  const candidates = [
    path,
    // TypeScript's own habit: `./x.js` stands for x.ts.
    ...(/\.[cm]?js$/.test(path) ? [path.replace(/js$/, 'ts')] : []),
    ...suffixes.map((suffix) => path + suffix),
    ...suffixes.map((suffix) => posix.join(path, `index${suffix}`)),
  ];
  return candidates.find((candidate) => known.has(candidate));
}

function loaderOf(path: string): 'json' | 'ts' | 'js' {
  if (path.endsWith('.json')) return 'json';
  return /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
}

/** Decorators of today first; parameter decorators exist only in the older, experimental form, so that is tried when they appear. */
async function withDecorators<Result>(work: (tsconfigRaw: string) => Promise<Result>): Promise<Result> {
  try {
    return await work('{}');
  } catch (error) {
    if (!messagesOf(error).some(({ text }) => text.startsWith('Parameter decorators only work'))) throw problemOf(error);
  }
  try {
    return await work('{"compilerOptions":{"experimentalDecorators":true}}');
  } catch (error) {
    throw problemOf(error);
  }
}

function problemOf(error: unknown): unknown {
  const [first] = messagesOf(error);
  if (first === undefined) return error;
  const { location, text } = first;
  const place = location === null ? null : { line: location.line, column: location.column + 1 };
  const isImport = /cannot be imported|is not a file of the task/.test(text);
  return isImport
    ? new CodeProblem('import-refused', `${text}.`, place, 'Copy what you need into a file of the task and import that.', fileOf(location))
    : new CodeProblem('code-syntax', `${text}.`, place, 'Correct the syntax at this place.', fileOf(location));
}

function fileOf(location: Message['location']): string | null {
  return location === null ? null : location.file.replace(/^task:/, '');
}

function messagesOf(error: unknown): readonly Message[] {
  const { errors } = error as Partial<BuildFailure>;
  return Array.isArray(errors) ? errors : [];
}

function plainSources(map: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({ ...parsed, sources: parsed.sources.map((source) => source.replace(/^task:/, '')) });
}
