import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Frame } from './errors.ts';
import type { Program } from './program.ts';

const frameLine = /^\s+at (?:async )?(?:(?:new )?(.*?) \()?([^()]*?):(\d+):(\d+)\)?$/;
const mostFrames = 20;

/**
 * Turns the text of a V8 stack into frames in the author's own files. Frames of the platform and of the engine are dropped; lines and
 * columns of bundled or wrapped code are mapped back.
 */
export function authorFrames(stack: string, program: Pick<Program, 'filename' | 'columnShift' | 'sourceMap' | 'insertions'>): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split('\n', 200)) {
    const match = frameLine.exec(line.slice(0, 1_000));
    if (!match) continue;
    const [, called, file, row, column] = match;
    if (file !== program.filename) continue;
    const frame = { function: functionName(called), file, line: Number(row), column: Number(column) };
    if (program.insertions) frame.column -= insertedBefore(program.insertions, frame);
    if (program.sourceMap !== null) {
      const found = mapOf(program, program.sourceMap).findEntry(frame.line - 1, frame.column - 1);
      if (!('originalSource' in found) || !found.originalSource) continue;
      frame.file = found.originalSource;
      frame.line = found.originalLine + 1;
      frame.column = found.originalColumn + 1;
    } else if (program.columnShift && frame.line === program.columnShift.line && frame.column > program.columnShift.column) {
      frame.column -= program.columnShift.by;
    }
    frames.push(frame);
    if (frames.length === mostFrames) break;
  }
  return frames;
}

/** A stack as text, of the author's frames alone. */
export function stackText(name: string, message: string, frames: readonly Frame[]): string {
  const lines = frames.map(
    (f) => `    at ${f.function ? `${f.function} (${f.file}:${f.line}:${f.column})` : `${f.file}:${f.line}:${f.column}`}`,
  );
  return [`${name}: ${message}`, ...lines].join('\n');
}

/** Reading a map takes milliseconds where a task is large, and a task that is traced asks for one with every request. */
const maps = new WeakMap<object, SourceMap>();

function mapOf(program: object, json: string): SourceMap {
  let map = maps.get(program);
  if (!map) {
    map = new SourceMap(JSON.parse(json) as SourceMapPayload);
    maps.set(program, map);
  }
  return map;
}

function insertedBefore(insertions: NonNullable<Program['insertions']>, { line, column }: Frame): number {
  return insertions.reduce((sum, insertion) => (insertion.line === line && insertion.column < column ? sum + insertion.by : sum), 0);
}

function functionName(called: string | undefined): string {
  if (!called || called === '<anonymous>') return '';
  return called.replace(/^Object\./, '');
}
