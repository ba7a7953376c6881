import type { PageData } from '../page-data.ts';

/** What happened at a line. */
export interface LineMarks {
  /** Numbers of the events it caused. */
  readonly events: number[];
  /** Processor time in it, 0 where none was measured. */
  selfMs: number;
  /** Where the error was thrown. */
  isFailing: boolean;
  isOnStack: boolean;
}

/** Marks by file and line. */
export function marksOf(data: Pick<PageData, 'events' | 'hotLines' | 'error'>): Map<string, Map<number, LineMarks>> {
  const files = new Map<string, Map<number, LineMarks>>();
  const at = (file: string, line: number): LineMarks => {
    const lines = files.get(file) ?? new Map<number, LineMarks>();
    files.set(file, lines);
    const mark = lines.get(line) ?? { events: [], selfMs: 0, isFailing: false, isOnStack: false };
    lines.set(line, mark);
    return mark;
  };
  for (const [number, { site }] of data.events.entries()) if (site !== null) at(site.file, site.line).events.push(number);
  for (const { file, line, selfMs } of data.hotLines) at(file, line).selfMs += selfMs;
  for (const [index, { file, line }] of (data.error?.frames ?? []).entries()) {
    const mark = at(file, line);
    mark.isFailing ||= index === 0;
    mark.isOnStack = true;
  }
  return files;
}
