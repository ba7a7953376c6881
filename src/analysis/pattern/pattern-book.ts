import { isoTimeOrNull, type Problem, type Settings } from '#kernel/index.ts';
import { builtInPatterns } from '../built-in/built-in-patterns.ts';
import { compileRegex, readRegex } from '../regex/read-regex.ts';
import { customPatterns, patternFiles } from '../settings.ts';
import type { Origin } from '../words.ts';
import { compilePattern, type CompiledPattern } from './compile-pattern.ts';
import type { ErrorPattern, ShownPattern } from './error-pattern.ts';
import { readPatternFile } from './pattern-files.ts';
import type { PatternStore, StoredPattern } from './pattern-store.ts';

/** A pattern ready to be compared, with what is known of it. */
export interface KnownPattern extends CompiledPattern {
  readonly replacesBuiltIn: boolean;
  readonly stored: StoredPattern | null;
}

/** All patterns of a server: built in, then those of the configuration, then those that were stored; a later one with an id takes the place. */
export interface PatternBook {
  /** Compiled once, and again when something has changed. */
  all(): Promise<readonly KnownPattern[]>;
  /** Looks at the database the next time, whatever it says. */
  forget(): void;
}

export interface PatternBookParts {
  readonly settings: Settings;
  readonly store: PatternStore;
  /** Files of the configuration that cannot be read, or hold what cannot be used; told once for each reading. */
  readonly onProblems: (problems: readonly Problem[]) => void;
}

let builtIn: readonly CompiledPattern[] | null = null;

/** Our own need not be judged: a test does. */
export function compiledBuiltIns(): readonly CompiledPattern[] {
  return (builtIn ??= builtInPatterns.map((pattern) => compilePattern(pattern, 'built-in', compileRegex).compiled));
}

export function createPatternBook({ settings, store, onProblems }: PatternBookParts): PatternBook {
  let known: {
    readonly revision: string;
    readonly inline: unknown;
    readonly files: unknown;
    readonly patterns: readonly KnownPattern[];
  } | null = null;
  const builtInIds = new Set(builtInPatterns.map(({ id }) => id));

  return {
    forget() {
      known = null;
    },
    async all() {
      const revision = await store.revision();
      const [inline, files] = [settings.get(customPatterns), settings.get(patternFiles)];
      if (known !== null && known.revision === revision && known.inline === inline && known.files === files) return known.patterns;
      const read = files.map(readPatternFile);
      const problems = read.flatMap((file) => file.problems);
      if (problems.length > 0) onProblems(problems);
      const byId = new Map<string, KnownPattern>();
      for (const compiled of compiledBuiltIns()) byId.set(compiled.pattern.id, { ...compiled, replacesBuiltIn: false, stored: null });
      const put = (pattern: ErrorPattern, origin: Origin, stored: StoredPattern | null) => {
        const { compiled, problems: wrong } = compilePattern(pattern, origin, readRegex);
        if (wrong.length > 0) return onProblems(wrong.map((problem) => ({ ...problem, path: `${pattern.id}: ${problem.path}` })));
        byId.set(pattern.id, { ...compiled, replacesBuiltIn: builtInIds.has(pattern.id), stored });
      };
      for (const pattern of [...read.flatMap(({ patterns }) => patterns), ...inline]) put(pattern, 'config', null);
      for (const stored of await store.all()) if (byId.get(stored.pattern.id)?.origin !== 'config') put(stored.pattern, 'api', stored);
      known = { revision, inline, files, patterns: [...byId.values()] };
      return known.patterns;
    },
  };
}

export function shownPattern({ pattern, origin, replacesBuiltIn, stored }: KnownPattern): ShownPattern {
  return {
    ...pattern,
    rules: pattern.rules as ShownPattern['rules'],
    origin,
    replacesBuiltIn,
    createdBy: stored?.createdBy ?? null,
    createdAt: isoTimeOrNull(stored?.createdAt ?? null),
    updatedAt: isoTimeOrNull(stored?.updatedAt ?? null),
  };
}
