import { globalsUsed } from './imports.ts';
import { isGenerated, isTest, lineAt, type Finding, type SourceFile } from './source-tree.ts';

const code = /\.(?:ts|js|mjs)$/;
const ours = (tree: readonly SourceFile[]) => tree.filter(({ path }) => code.test(path) && !path.startsWith('sample/'));

const forbiddenNames = /^(?:utils?|helpers?|common|misc|shared|manager|service|types)$/;

/** Names: kebab-case, said for the one thing inside, never a drawer for odds and ends. */
export function checkNames(tree: readonly SourceFile[]): Finding[] {
  return ours(tree).flatMap(({ path }): Finding[] => {
    const parts = path.split('/');
    const stem = parts.at(-1)!.split('.')[0]!;
    const words = [stem, stem.split('-').at(-1)!, ...parts.slice(0, -1)];
    const drawer = words.find((word) => forbiddenNames.test(word));
    if (drawer !== undefined) return [{ path, message: `"${drawer}" names a drawer, not a thing: name the file for what it exports.` }];
    return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem) ? [] : [{ path, message: 'is not kebab-case: rename it, such as my-thing.ts.' }];
  });
}

export const longestFile = 400;

/** A file that grows past 400 lines has a second noun in it. */
export function checkLength(tree: readonly SourceFile[]): Finding[] {
  return ours(tree)
    .filter(({ path }) => !isGenerated(path))
    .flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > longestFile
        ? [{ path, message: `has ${lines} lines, at most ${longestFile} are allowed: find the second thing in it and move that out.` }]
        : [];
    });
}

/** Half of the program's files should be short; a figure for the eye, not a failure. */
export function medianLength(tree: readonly SourceFile[]): number {
  const lengths = ours(tree)
    .filter(({ path }) => path.startsWith('src/') && !isGenerated(path) && !isTest(path))
    .map(({ text }) => text.split('\n').length - 1)
    .toSorted((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

interface Leftover {
  readonly pattern: RegExp;
  readonly message: string;
  readonly where?: (path: string) => boolean;
}

const leftovers: readonly Leftover[] = [
  {
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    message: 'says that something is unfinished: finish it, or write an issue and delete the note.',
  },
  {
    pattern: /\bplaceholder (?:implementation|for now|until)|not (?:yet )?implemented/i,
    message: 'announces something that does not exist: build it, or say nothing.',
  },
  {
    pattern: /\b(?:it|test|describe)\.only\(/,
    message: 'keeps every other test from running: remove it before you commit.',
    where: (path) => path.endsWith('.test.ts'),
  },
  {
    pattern: /\/(?:home|Users)\/[a-z][\w-]+\/|(?<![\w.])\/work\/(?:main|shared)/,
    message: 'names a folder of one machine: make it relative, or take it from the environment.',
  },
  {
    pattern: /https?:\/\/(?:localhost:4873|[\w.-]*(?:artifactory|verdaccio|nexus|npm-proxy)[\w.-]*)/i,
    message: 'names a package registry of one machine: leave the registry to npm.',
  },
];

/** The rules and their tests have to say the words they look for. */
const speakOfLeftovers = /^tests\/tidy/;

/** Words that show something was left behind. */
export function checkLeftovers(tree: readonly SourceFile[]): Finding[] {
  return tree
    .filter(({ path }) => path !== 'package-lock.json' && !isGenerated(path) && !speakOfLeftovers.test(path))
    .flatMap(({ path, text }) =>
      leftovers.flatMap(({ pattern, message, where }) => {
        if (where && !where(path)) return [];
        return [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map((match) => ({
          path,
          line: lineAt(text, match.index),
          message: `"${match[0]}" ${message}`,
        }));
      }),
    );
}

/** Printing is for the command line, and for the console that the realm gives to tasks. Texts that only mention it do not count. */
export function checkConsole(tree: readonly SourceFile[]): Finding[] {
  return ours(tree)
    .filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts') && !isTest(path) && !isGenerated(path))
    .filter(({ path }) => !/^src\/(?:surfaces\/cli|engine\/realm)\//.test(path))
    .flatMap((file) =>
      globalsUsed(file, 'console').map((line) => ({
        path: file.path,
        line,
        message: 'prints past the logger and the surfaces: return it, log it, or emit an event.',
      })),
    );
}

/** A lock file names no registry, so that a clean clone installs from whichever the machine uses. */
export function checkLockFile(tree: readonly SourceFile[]): Finding[] {
  const lock = tree.find(({ path }) => path === 'package-lock.json');
  const hosts = new Set([...(lock?.text.matchAll(/"resolved": "(https?:\/\/[^/]+)\//g) ?? [])].map((match) => match[1]!));
  return [...hosts].map((host) => ({
    path: 'package-lock.json',
    message: `names ${host}, which others may not reach: install with the .npmrc of this repository, which leaves hosts out.`,
  }));
}

/** A generated file says on its first lines which program wrote it, so that nobody edits it by hand. */
export function checkGenerators(tree: readonly SourceFile[]): Finding[] {
  const known = new Set(tree.map(({ path }) => path));
  return tree
    .filter(({ path }) => isGenerated(path))
    .flatMap(({ path, text }): Finding[] => {
      const generator = /scripts\/[\w./-]+\.ts/.exec(text.split('\n')[0]!)?.[0];
      if (generator === undefined)
        return [{ path, message: 'does not name its generator on line 1: let the script write "Generated by scripts/<name>.ts".' }];
      return known.has(generator)
        ? []
        : [{ path, message: `names ${generator}, which does not exist: correct the line in the generator.` }];
    });
}

/** Two test files of one name cannot be told apart in a report, nor run by name. */
export function checkTestNames(tree: readonly SourceFile[]): Finding[] {
  const first = new Map<string, string>();
  return tree
    .filter(({ path }) => path.endsWith('.test.ts'))
    .flatMap(({ path }): Finding[] => {
      const name = path.split('/').at(-1)!;
      const other = first.get(name);
      if (other === undefined) first.set(name, path);
      return other === undefined ? [] : [{ path, message: `has the same name as ${other}: rename one for what it tests.` }];
    });
}
