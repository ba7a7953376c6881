import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs the machine's git for a test, with nobody's configuration, and answers what it prints. */
export function git(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string | Buffer } = {}): string {
  return execFileSync('git', args, {
    cwd: options.cwd,
    input: options.input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      LC_ALL: 'C',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      ...options.env,
    },
  }).trim();
}

/** Files by path; null removes one. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

export interface TestRepository {
  /** The bare repository, `<folder>/<name>.git`. */
  readonly bare: string;
  /** A working tree that commits are made in. */
  readonly work: string;
  /** Commits on the branch that is checked out and pushes. @returns the commit id */
  commit(files: Files, message?: string, extra?: readonly string[]): string;
  /** Any command in the working tree. */
  git(...args: string[]): string;
  push(...refs: string[]): void;
}

/** Makes a bare repository with a working tree beside it; the first branch is `main`. */
export function makeRepository(folder: string, name = 'tasks'): TestRepository {
  const bare = join(folder, `${name}.git`);
  const work = join(folder, `${name}-work`);
  git(['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  git(['init', '--quiet', '--initial-branch=main', work]);
  git(['remote', 'add', 'origin', bare], { cwd: work });
  // Tests of large files wait for the disk, not for zlib.
  for (const cwd of [bare, work]) git(['config', 'core.compression', '0'], { cwd });
  const inWork = (...args: string[]) => git(args, { cwd: work });
  const push = (...refs: string[]) => void inWork('push', '--quiet', '--force', 'origin', ...refs);
  return {
    bare,
    work,
    git: inWork,
    push,
    commit(files, message = 'a change', extra = []) {
      for (const [path, content] of Object.entries(files)) {
        const file = join(work, path);
        if (content === null) rmSync(file);
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, content);
        }
      }
      inWork('add', '--all');
      inWork('commit', '--quiet', '--allow-empty', ...extra, '--message', message);
      push('HEAD');
      return inWork('rev-parse', 'HEAD');
    },
  };
}

/** The files of a task that adds two numbers. */
export function taskFiles(name: string, version = '1.0.0', code = '(input) => ({ sum: input.a + input.b })'): Record<string, string> {
  const number = { type: 'number' };
  const schema = (properties: object) => JSON.stringify({ type: 'object', properties }, null, 2);
  return {
    'metadata.json': JSON.stringify({ name, version, description: `the task ${name}` }, null, 2),
    'main.js': `${code}\n`,
    'input.schema.json': schema({ a: number, b: number }),
    'output.schema.json': schema({ sum: number }),
  };
}

/** The same files below a folder. */
export function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
