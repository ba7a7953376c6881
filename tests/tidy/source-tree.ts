import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the repository: its path from the root, with slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a rule finds: where, and what the person who reads it has to do. */
export interface Finding {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git']);
/** Kept as they were made: they are read as they are, for ever. */
const kept = new Set(['tests/replays/corpus']);
const textual = /\.(?:ts|js|mjs|json|md|ya?ml|sql|sh)$|^[A-Z]+$|(?:^|\/)run$/;

/** Every text file of the repository except what is installed or built. */
export function readTree(root: string, under = ''): SourceFile[] {
  return readdirSync(join(root, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under ? `${under}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return notOurs.has(entry.name) || kept.has(path) ? [] : readTree(root, path);
    return entry.isFile() && textual.test(path) ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : [];
  });
}

/** A tree in memory, for the tests of the rules. */
export function treeOf(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** Findings as the lines a test prints. */
export function printed(findings: readonly Finding[]): string[] {
  return findings.map(({ path, line, message }) => `${line === undefined ? path : `${path}:${line}`}  ${message}`);
}

/** Line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export const isTest = (path: string): boolean =>
  /\.(?:test|contract|bench)\.ts$|-harness\.ts$|^tests\/|^benchmarks\/|^src\/testing\//.test(path);
export const isGenerated = (path: string): boolean => /\.generated\.\w+$/.test(path);
