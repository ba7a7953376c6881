import { parse, type AnyNode, type AssignmentPattern, type Expression } from 'acorn';
import type { CoverageRange, ScriptCoverage } from './instruments.ts';
import type { Program } from './program.ts';

export interface MarkedProgram {
  /** The same program, with a script in which V8 also counts how often default values are used. */
  readonly program: Program;
  /** Takes what was counted back to the offsets of the script as it was. */
  readonly unmark: (coverage: ScriptCoverage) => ScriptCoverage;
}

interface Insertion {
  /** Offset in the script as it was. */
  readonly at: number;
  readonly text: string;
}

/** V8 counts the branches of a conditional expression, but has no counter for the default of a parameter or of a destructured name. */
const before = '(1?';
const behind = ':0)';

/**
 * Makes V8 count how often the default values in a script are used: `(a = 1) => a` becomes `(a = (1?1:0)) => a`, which does the same.
 * Functions and classes without a name stay as they are, because the place they stand at names them.
 */
export function markDefaults(program: Program): MarkedProgram {
  const known = marked.get(program) ?? marking(program);
  marked.set(program, known);
  return known;
}

/** A task is run many times by its tests. */
const marked = new WeakMap<Program, MarkedProgram>();

function marking(program: Program): MarkedProgram {
  const insertions = defaultsIn(program.script)
    .flatMap(({ right }) => [
      { at: right.start, text: before },
      { at: right.end, text: behind },
    ])
    // Ends come before starts at the same place, and of two ends or two starts at one place it does not matter which is first.
    .toSorted((a, b) => a.at - b.at || (a.text === behind ? -1 : 0) - (b.text === behind ? -1 : 0));
  if (insertions.length === 0) return { program, unmark: (coverage) => coverage };
  return {
    program: {
      ...program,
      id: `${program.id} counted`,
      script: insert(program.script, insertions),
      insertions: columnsOf(program, insertions),
    },
    unmark: (coverage) => unmarked(coverage, insertions),
  };
}

function defaultsIn(script: string): AssignmentPattern[] {
  const found: AssignmentPattern[] = [];
  const visit = (node: AnyNode) => {
    if (node.type === 'AssignmentPattern' && !isNamedByPlace(node.right)) found.push(node);
    for (const value of Object.values(node) as unknown[]) {
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(one)) visit(one);
    }
  };
  try {
    // With parentheses as nodes of their own, an insertion never comes to stand inside of those around a value.
    visit(parse(script, { ecmaVersion: 'latest', sourceType: 'script', preserveParens: true }));
  } catch {
    // Nested too deeply to be walked, or something V8 will refuse, too.
    return [];
  }
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function isNamedByPlace(value: Expression): boolean {
  if (value.type === 'ParenthesizedExpression') return isNamedByPlace(value.expression);
  if (value.type === 'ArrowFunctionExpression') return true;
  return (value.type === 'FunctionExpression' || value.type === 'ClassExpression') && !value.id;
}

function insert(script: string, insertions: readonly Insertion[]): string {
  let text = '';
  let from = 0;
  for (const insertion of insertions) {
    text += script.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return text + script.slice(from);
}

function columnsOf({ script, lineOffset }: Program, insertions: readonly Insertion[]): Required<Program>['insertions'] {
  let line = 1 + lineOffset;
  let lineStart = 0;
  let addedOnLine = 0;
  let at = 0;
  const breaks = /\r\n|[\n\r\u2028\u2029]/g;
  return insertions.map((insertion) => {
    for (;;) {
      breaks.lastIndex = at;
      const found = breaks.exec(script);
      if (!found || found.index >= insertion.at) break;
      line++;
      at = found.index + found[0].length;
      lineStart = at;
      addedOnLine = 0;
    }
    const column = insertion.at - lineStart + 1 + addedOnLine;
    addedOnLine += insertion.text.length;
    return { line, column, by: insertion.text.length };
  });
}

function unmarked(coverage: ScriptCoverage, insertions: readonly Insertion[]): ScriptCoverage {
  // Where each insertion begins in the marked script.
  const starts: number[] = [];
  let added = 0;
  for (const { at, text } of insertions) {
    starts.push(at + added);
    added += text.length;
  }
  const back = (offset: number) => {
    // The last insertion that begins before the offset; what lies inside of one is where it stands.
    let low = 0;
    for (let high = starts.length; low < high;) {
      const middle = (low + high) >> 1;
      if (starts[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return offset;
    const { at, text } = insertions[low - 1]!;
    return at + Math.max(0, offset - starts[low - 1]! - text.length);
  };
  const rangesOf = (ranges: readonly CoverageRange[]) =>
    ranges
      .map(({ start, end, count }) => ({ start: back(start), end: back(end), count }))
      // What stands for "not the default" has no place in the script as it was.
      .filter(({ start, end }, index) => index === 0 || end > start);
  return { functions: coverage.functions.map(({ name, ranges }) => ({ name, ranges: rangesOf(ranges) })) };
}
