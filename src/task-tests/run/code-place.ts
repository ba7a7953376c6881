import type { Frame } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import type { CodePlace } from '../report.ts';

const around = 2;
const longestLine = 200;

/** A place in the author's code with its neighbouring lines, as far as the text is known. */
export function codePlace(frame: Frame, files: Task['files']): CodePlace {
  const lines = files[frame.file]?.split(/\r?\n/) ?? [];
  const first = Math.max(1, frame.line - around);
  const last = Math.min(lines.length, frame.line + around);
  const isKnown = frame.line >= 1 && frame.line <= lines.length;
  return {
    file: frame.file,
    line: frame.line,
    column: frame.column,
    function: frame.function,
    source: isKnown
      ? Array.from({ length: last - first + 1 }, (_, index) => ({
          line: first + index,
          text: lines[first + index - 1]!.slice(0, longestLine),
        }))
      : [],
  };
}

/** The first frame of a thrown error's stack, as the engine reports it. */
export function firstFrame(data: Readonly<Record<string, unknown>>): Frame | null {
  const frames = data['frames'];
  return Array.isArray(frames) && frames.length > 0 ? (frames[0] as Frame) : null;
}
