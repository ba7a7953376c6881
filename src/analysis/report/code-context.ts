import type { Failure } from '#executions/index.ts';
import { isRecord } from '../pattern/error-facts.ts';
import type { CodeContext } from './execution-analysis.ts';

const linesAround = 6;
const longestLine = 200;
const mostFrames = 10;

interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
}

/** The author's lines around the place of a failure; null where nobody knows the place, or the file is gone. */
export function codeContext({ data }: Failure, files: Readonly<Record<string, string>> | null): CodeContext | null {
  const frames = framesOf(data);
  const [place] = frames;
  if (place === undefined) return null;
  const text = files !== null && Object.hasOwn(files, place.file) ? files[place.file]! : null;
  const from = Math.max(1, place.line - linesAround);
  const lines = text === null ? [] : linesOf(text, from, place.line + linesAround);
  return {
    ...place,
    lines: lines.map((line, index) => ({
      number: from + index,
      text: (line.length > longestLine ? `${line.slice(0, longestLine)}...` : line).toWellFormed(),
      isFailing: from + index === place.line,
    })),
    frames: frames.slice(0, mostFrames),
  };
}

/** Where a failure happened, innermost first. A failure to compile has one place. */
export function framesOf(data: Failure['data']): Frame[] {
  const said = Array.isArray(data['frames']) ? (data['frames'] as unknown[]) : [data];
  return said.flatMap((one) => {
    if (!isRecord(one)) return [];
    const { file, line, column, function: called } = one;
    if (typeof file !== 'string' || typeof line !== 'number' || !Number.isInteger(line) || line < 1) return [];
    return [
      {
        file,
        line,
        column: typeof column === 'number' && Number.isInteger(column) ? column : 1,
        function: typeof called === 'string' ? called : '',
      },
    ];
  });
}

/** Some lines out of the middle, without making all the others. */
function linesOf(text: string, first: number, last: number): string[] {
  let start = 0;
  for (let line = 1; line < first; line++) {
    start = text.indexOf('\n', start) + 1;
    if (start === 0) return [];
  }
  const lines: string[] = [];
  for (let line = first; line <= last; line++) {
    const end = text.indexOf('\n', start);
    lines.push(text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ''));
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
