import type { RunOnceAnswer } from '#executions/operations.ts';
import { printable, type Paint } from './terminal.ts';

type Saved = Extract<NonNullable<Exclude<RunOnceAnswer, { state: 'not-run' }>['profile']>, { file: string }>;

/** Where a CPU profile was written, and the functions that took most time, each with its own time and its place. */
export function profileText({ file, hottest }: Saved, paint: Paint): string {
  const rows = hottest.map(({ function: name, file: at, line, selfMs, share }) => {
    const time = `${selfMs.toFixed(1).padStart(8)} ms ${`${Math.round(share * 100)}%`.padStart(4)}`;
    return `  ${time}  ${printable(name)}${at === null ? '' : `  ${paint('dim', printable(`${at}:${line}`))}`}\n`;
  });
  const head = rows.length > 0 ? 'Most time was spent in:\n' : 'The run was too short for the profile to see anything.\n';
  return `Profile saved to: ${printable(file)}\n${head}${rows.join('')}`;
}
