import { join } from 'node:path';
import type { CaseFailure } from '#task-tests/index.ts';

/** One failure as lines without colours, for reports. */
export function failureLines({ message, details = [], diff = [], error, place, hint }: CaseFailure, folder: string): string[] {
  return [
    message,
    ...details.map((detail) => `  ${detail}`),
    ...(diff.length === 0 ? [] : ['- Expected', '+ Received', ...diff.map(({ sign, text }) => `${sign} ${text}`)]),
    ...(typeof error?.stack === 'string' ? [error.stack] : []),
    ...(place ? [`at ${join(folder, place.file)}:${place.line}:${place.column}`] : []),
    ...(hint === undefined ? [] : [hint]),
  ];
}
