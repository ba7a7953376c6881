import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '#kernel/index.ts';
import { commandRows } from '#surfaces/cli/commands.ts';
import { fromWorker, toWorker } from '#engine/protocol.ts';
import { wordsFor } from '../scripts/generate/blank-data.ts';
import { generatedPages, staleFiles } from '../scripts/generate/pages.ts';
import type { Page } from '../scripts/generate/page.ts';
import { loadEverything, type Everything } from '../scripts/load-everything.ts';
import { blocksOf, pathsInTables, relativeLinksOf } from './docs/markdown.ts';
import { readTree } from './tidy/source-tree.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const tree = readTree(root);
const markdownFiles = tree.filter(({ path }) => path.endsWith('.md'));
/** What stands in backticks in the first cells of a page's tables. */
const firstCells = (page: string) => [...read(page).matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);

let everything: Everything;
let pages: readonly Page[];
beforeAll(async () => {
  everything = await loadEverything(root);
  pages = await generatedPages(root);
});

describe('the reference', () => {
  it('is what the sources say; else run `npm run generate`', () => {
    expect(pages.filter(({ path, text }) => !existsSync(join(root, path)) || read(path) !== text).map(({ path }) => path)).toEqual([]);
    expect(staleFiles(root, pages)).toEqual([]);
  });
  it('has a page for every error code and no page without a code', () => {
    const codes = everything.errors.map(({ code }) => `${code}.md`);
    expect(readdirSync(join(root, 'docs/errors')).filter((name) => name !== 'README.md')).toEqual(codes.toSorted());
    expect(codes.length).toBeGreaterThan(20);
  });
  it('gives every error words that can be read without its data', () => {
    const bad = everything.errors.filter(({ spec }) =>
      [spec.message, spec.hint].some((make) => /undefined|\[object|=>/.test(wordsFor(make))),
    );
    expect(bad.map(({ code }) => code)).toEqual([]);
  });
  it('has every setting and no other', () => {
    expect(firstCells('docs/reference/settings.md')).toEqual(everything.settings.map(({ key }) => key));
  });
  it('has every command and no other', () => {
    const headings = [...read('docs/reference/commands.md').matchAll(/^## ([a-z][a-z -]*)$/gm)].map((match) => match[1]!);
    expect(headings).toEqual(commandRows.map(({ words }) => words).toSorted());
    const operations = [...everything.operations, ...everything.streams].filter(({ on }) => on.cli).map(({ on }) => on.cli!.command);
    expect(operations.toSorted()).toEqual(headings);
  });
  it('has every exit code and no other', () => {
    const codes = [...read('docs/reference/exit-codes.md').matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(codes).toEqual(Object.values(exitCodes).map(({ code }) => code));
  });
  it('has every message of the worker protocol and no other', () => {
    expect(firstCells('docs/reference/worker-protocol.md')).toEqual([...Object.keys(toWorker), ...Object.keys(fromWorker)]);
  });
});

describe('the documentation', () => {
  it('links only to what exists', () => {
    const broken = markdownFiles.flatMap(({ path, text }) =>
      relativeLinksOf(text)
        .map((target) => ({ target, file: normalize(join(dirname(path), target.split('#')[0]!)) }))
        .filter(({ file }) => !existsSync(join(root, file)))
        .map(({ target }) => `${path} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });
  it('names paths that exist in the table of ARCHITECTURE.md', () => {
    const paths = pathsInTables(read('ARCHITECTURE.md'));
    expect(paths.length).toBeGreaterThan(10);
    const known = tree.map(({ path }) => path);
    const exists = (path: string) => {
      const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}`);
      return known.some((file) => pattern.test(file));
    };
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });
  it('says of every part of src/ in ARCHITECTURE.md that it exists, and of no other', () => {
    const parts = readdirSync(join(root, 'src')).toSorted();
    const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `src\/([\w-]+)\/` \|/gm)].map((match) => match[1]!);
    expect(rows.toSorted()).toEqual(parts);
  });
  it('has one line for every dependency, and no line for another', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    expect(firstCells('docs/decisions/dependencies.md').toSorted()).toEqual(
      [...Object.keys(dependencies!), ...Object.keys(devDependencies!)].toSorted(),
    );
  });
  it('gives two command lines in README.md to copy: one runs a task, one runs the tests', () => {
    const commands = blocksOf(read('README.md')).filter(({ language, text }) => language === 'sh' && text.startsWith('npm ci && '));
    expect(commands.map(({ text }) => text.trim())).toEqual([
      expect.stringContaining('./bin/ratchet.js run-once --from-fs sample/js-tasks/addition'),
      expect.stringContaining('npm test'),
    ]);
  });
  it('writes every file of examples in a language that is marked', () => {
    const unmarked = markdownFiles.filter(({ text }) => (text.match(/^```/gm) ?? []).length !== blocksOf(text).length * 2);
    expect(unmarked.map(({ path }) => path)).toEqual([]);
  });
});
