import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Program } from '#engine/index.ts';

/** A place in a file of the author's; line and column count from 1. */
export interface SourcePosition {
  /** Path inside the task. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The way from a program's script to the author's files. */
export interface SourcePositions {
  /**
   * Where a place of the script comes from: the author's text that begins at the place or before it on the same line. Null for code
   * nobody wrote, such as what a bundler adds. Line and column as V8 counts them: from 0, the line in front of the author's first is -1.
   */
  at(line: number, column: number): SourcePosition | null;
  /** The first place of the author's on a line of the script. */
  onLine(line: number): SourcePosition | null;
}

export function sourcePositionsOf({ filename, columnShift, sourceMap }: Program): SourcePositions {
  const unshifted = (line: number, column: number) =>
    columnShift && line === columnShift.line - 1 && column >= columnShift.column - 1
      ? Math.max(columnShift.column - 1, column - columnShift.by)
      : column;
  if (sourceMap === null) {
    const at = (line: number, column: number) =>
      line < 0 ? null : { file: filename, line: line + 1, column: unshifted(line, column) + 1 };
    return { at, onLine: (line) => at(line, 0) };
  }
  const map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  const at = (line: number, column: number): SourcePosition | null => {
    if (line < 0) return null;
    const found = map.findEntry(line, unshifted(line, column));
    // The nearest mapping before may belong to another line; then nobody wrote this one.
    if (!('originalSource' in found) || !found.originalSource || found.generatedLine !== line) return null;
    return { file: found.originalSource, line: found.originalLine + 1, column: found.originalColumn + 1 };
  };
  return { at, onLine: (line) => at(line, 0) ?? at(line, Number.MAX_SAFE_INTEGER) };
}
