import type { RatchetError } from '#kernel/index.ts';
import { z } from 'zod';
import { commandLineInvalid } from '../../errors.ts';

type Input = Readonly<Record<string, unknown>>;

/** Flags of `test` that are about fuzzing. */
export const fuzzFlags = {
  fuzz: z
    .union([z.literal(true), z.number().int().positive()])
    .optional()
    .describe('Look for inputs and answers that the task does not cope with, in so many runs; 1000 or 10 seconds without a number'),
  seed: z.number().int().min(0).optional().describe('With --fuzz: the seed of an earlier run, to make the same runs again'),
  fuzzSeconds: z.number().positive().optional().describe('With --fuzz: longest time in which runs are begun'),
  fuzzAllow: z.array(z.string()).default([]).describe('With --fuzz: class of errors that are no findings; may be repeated'),
};

export const fuzzExample = {
  line: 'ratchet test sample/js-tasks/addition --fuzz 500 --seed 1',
  about: 'Look for inputs that the task does not cope with, the same ones every time',
};

const others = ['filter', 'only', 'bail', 'update', 'watch', 'outputFile', 'coverage'] as const;

/** Whether the command line asks for fuzzing. @throws COMMAND_LINE_INVALID for flags that do not go together */
export function asksForFuzzing(input: Input): boolean {
  const about = ['seed', 'fuzzSeconds', 'fuzzAllow'].filter((name) => isGiven(input[name]));
  if (input['fuzz'] === undefined) {
    if (about.length > 0) throw wrong(`${flag(about[0]!)} says something about --fuzz, which is missing`);
    return false;
  }
  const other = others.find((name) => isGiven(input[name]));
  if (other !== undefined) throw wrong(`--fuzz runs no tests, so ${flag(other)} says nothing`);
  return true;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

function flag(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wrong(problem: string): RatchetError {
  return commandLineInvalid({ problem, command: 'ratchet test', usage: 'ratchet test <path> --fuzz [n] [--seed s]' });
}
