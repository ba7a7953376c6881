import type { Problem } from '#kernel/index.ts';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isRecord } from './error-facts.ts';
import type { ErrorPattern } from './error-pattern.ts';
import { readPattern } from './read-pattern.ts';

const mostBytes = 1024 * 1024;
const require = createRequire(import.meta.url);

/** What a file with patterns holds, and what of it cannot be used. */
export interface PatternFile {
  readonly patterns: readonly ErrorPattern[];
  readonly problems: readonly Problem[];
}

/** Reads a YAML file: a list of patterns, or a mapping with one under `patterns`, `error_patterns` or `custom_patterns`. */
export function readPatternFile(path: string): PatternFile {
  const failed = (message: string): PatternFile => ({ patterns: [], problems: [{ path, message }] });
  let said: unknown;
  try {
    // Loaded with the first file: most servers have none, and these are 70 modules.
    const { parse } = require('yaml') as typeof import('yaml');
    if (statSync(path).size > mostBytes) return failed(`is larger than ${mostBytes} bytes`);
    said = parse(readFileSync(path, 'utf8'), { maxAliasCount: 100 });
  } catch (caught) {
    return failed(caught instanceof Error ? caught.message : String(caught));
  }
  const list = isRecord(said) && !Array.isArray(said) ? (said['patterns'] ?? said['error_patterns'] ?? said['custom_patterns']) : said;
  if (!Array.isArray(list)) return failed('holds no list of patterns');
  const patterns: ErrorPattern[] = [];
  const problems: Problem[] = [];
  for (const [index, one] of (list as unknown[]).entries()) {
    const read = readPattern(one);
    if (read.pattern !== null && read.problems.length === 0) patterns.push(read.pattern);
    problems.push(
      ...read.problems.map((problem) => ({ ...problem, path: `${path}: ${index}${problem.path === '' ? '' : `.${problem.path}`}` })),
    );
  }
  return { patterns, problems };
}
