import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Program } from '#engine/index.ts';

/** Where a breakpoint was asked for. */
export interface WantedBreakpoint {
  /** Inside the task; null: the file with the code. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number;
  /** An expression; the execution stops only where it is true. */
  readonly condition: string | null;
}

/** Where V8 is to be asked for it: both count from 0. */
export interface ScriptPlace {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * Where in the script of a program the author's lines are. Of a line without code the next one that has some, in the same file; null where
 * the file is none of the program's, or nothing follows.
 */
export function breakpointPlaces(program: Pick<Program, 'filename' | 'sourceMap'>): (wanted: WantedBreakpoint) => ScriptPlace | null {
  const { filename, sourceMap } = program;
  if (sourceMap === null) {
    // V8 itself goes on to the next line that has code.
    return ({ file, line }) => ((file ?? filename) === filename ? { lineNumber: line - 1, columnNumber: 0 } : null);
  }
  const lines = mappedLines(sourceMap);
  return ({ file, line }) => {
    const inFile = lines.get(file ?? filename);
    const next = [...(inFile?.keys() ?? [])].filter((one) => one >= line).toSorted((a, b) => a - b)[0];
    return next === undefined ? null : inFile!.get(next)!;
  };
}

/** By file and line of the author's, the first place in the script that comes from it. */
function mappedLines(text: string): Map<string, Map<number, ScriptPlace>> {
  const payload = JSON.parse(text) as SourceMapPayload;
  const map = new SourceMap(payload);
  const found = new Map<string, Map<number, ScriptPlace>>();
  for (const [lineNumber, segments] of payload.mappings.split(';').entries()) {
    for (const columnNumber of columnsOf(segments)) {
      const entry = map.findEntry(lineNumber, columnNumber);
      if (!('originalSource' in entry) || !entry.originalSource || entry.generatedLine !== lineNumber) continue;
      const inFile = found.get(entry.originalSource) ?? new Map<number, ScriptPlace>();
      found.set(entry.originalSource, inFile);
      const line = entry.originalLine + 1;
      if (!inFile.has(line)) inFile.set(line, { lineNumber, columnNumber });
    }
  }
  return found;
}

const digits = new Map('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.split('').map((digit, value) => [digit, value]));

/** The columns of a line at which a mapping begins: the first number of each segment, as variable-length quantities of base 64. */
function* columnsOf(segments: string): Generator<number> {
  let column = 0;
  for (const segment of segments.split(',')) {
    if (segment === '') continue;
    let [value, shift] = [0, 0];
    for (const digit of segment) {
      const bits = digits.get(digit) ?? 0;
      value += (bits & 31) << shift;
      if ((bits & 32) === 0) break;
      shift += 5;
    }
    column += value & 1 ? -(value >> 1) : value >> 1;
    yield column;
  }
}
