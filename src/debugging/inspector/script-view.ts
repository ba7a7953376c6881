import { parse } from 'acorn';
import type { Program } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import { sourcePositionsOf } from '../source-positions.ts';
import { fileUrlOf } from '../task-urls.ts';

/** A place as the DevTools protocol has it: both count from 0. */
export interface Place {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** The script of a task as debuggers see it: without what was put around and into the author's code. */
export interface ScriptView {
  /** What V8 calls it. */
  readonly filename: string;
  /** What debuggers call it: where the author has the file, so that their breakpoints and editors find it. */
  readonly url: string;
  /** V8's line of the function that was put around the author's code. */
  readonly wrapperLine: number;
  readonly source: string;
  /** `data:` URL of the source map of a script that was compiled; empty where the source is the author's. */
  readonly sourceMapUrl: string;
  /** From V8's places to those of `source`. */
  shown(place: Place): Place;
  /** The way back. */
  inScript(place: Place): Place;
  /**
   * Whether a place of V8's is none of the author's: what a bundler adds, or, in the function that was put around the author's code, the
   * statement that was put behind it.
   */
  isAdded(place: Place, isInWrapper: boolean): boolean;
}

/**
 * Plain JavaScript is shown as the file itself. TypeScript and bundles are shown as what they became, under a name that says so, with a
 * source map that leads to the author's files and holds their text.
 */
export function scriptViewOf(task: Task): ScriptView {
  const { program, files } = task;
  const { filename, columnShift, sourceMap } = program;
  const url = fileUrlOf(task, filename);
  const first = (columnShift?.line ?? 0) - 1;
  const column = (columnShift?.column ?? 1) - 1;
  const by = columnShift?.by ?? 0;
  const positions = sourcePositionsOf(program);
  const added = lastStatementOf(program);
  return {
    filename,
    wrapperLine: program.lineOffset,
    url: sourceMap === null ? url : `${url}.compiled.js`,
    source: (sourceMap === null ? files[filename] : undefined) ?? bodyOf(program),
    sourceMapUrl: sourceMap === null ? '' : dataUrlOf(task, sourceMap),
    shown: (place) =>
      place.lineNumber === first && place.columnNumber > column
        ? { ...place, columnNumber: Math.max(column, place.columnNumber - by) }
        : place,
    inScript: (place) =>
      place.lineNumber === first && place.columnNumber >= column ? { ...place, columnNumber: place.columnNumber + by } : place,
    isAdded: ({ lineNumber, columnNumber }, isInWrapper) =>
      positions.at(lineNumber, columnNumber) === null ||
      (isInWrapper && (lineNumber > added.lineNumber || (lineNumber === added.lineNumber && columnNumber >= added.columnNumber))),
  };
}

/** Where the last statement of the wrapper begins, which returns the callable. */
function lastStatementOf({ script, lineOffset }: Program): Place {
  try {
    const [wrapper] = parse(script, { ecmaVersion: 'latest', sourceType: 'script', locations: true }).body;
    const body =
      wrapper?.type === 'ExpressionStatement' && wrapper.expression.type === 'FunctionExpression' ? wrapper.expression.body.body : [];
    const start = body.at(-1)?.loc?.start;
    if (start) return { lineNumber: start.line - 1 + lineOffset, columnNumber: start.column };
  } catch {
    // Nested too deeply for this parser; V8's does not mind.
  }
  return { lineNumber: Infinity, columnNumber: 0 };
}

/** The script without the lines in front of line 0, without text put into a line, and without the wrapper's last line. */
function bodyOf({ script, lineOffset, columnShift }: Program): string {
  const lines = script.split('\n').slice(-lineOffset);
  if (columnShift) {
    const at = columnShift.line - 1;
    const text = lines[at] ?? '';
    lines[at] = text.slice(0, columnShift.column - 1) + text.slice(columnShift.column - 1 + columnShift.by);
  }
  return lines.slice(0, -1).join('\n');
}

function dataUrlOf(task: Task, sourceMap: string): string {
  const map = JSON.parse(sourceMap) as { sources: string[] };
  const whole = {
    ...map,
    sources: map.sources.map((path) => fileUrlOf(task, path)),
    sourcesContent: map.sources.map((path) => task.files[path] ?? null),
  };
  return `data:application/json;charset=utf-8;base64,${Buffer.from(JSON.stringify(whole)).toString('base64')}`;
}
