import { fuzzOperation, type FuzzAnswer } from '#fuzzing/operations.ts';
import { call, type CallOptions } from '#kernel/index.ts';
import type { CliParts, Screen, Shown } from '../../command.ts';
import { createLive } from '../../live.ts';
import { jsonText } from '../../terminal.ts';
import { fuzzText } from './fuzz-text.ts';

type Input = Readonly<Record<string, unknown>>;

/** Fuzzes, with its progress on standard error at a terminal. */
export async function fuzzTests(input: Input, parts: CliParts, options: CallOptions): Promise<FuzzAnswer> {
  const { screen } = parts;
  const live = createLive(screen, 'error');
  const { path, fuzz, seed, fuzzSeconds, fuzzAllow } = input;
  const wanted = { path, runs: fuzz === true ? undefined : fuzz, seed, seconds: fuzzSeconds, allowErrors: fuzzAllow ?? [] };
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  try {
    return await call(fuzzOperation, await parts.fuzzing(), given, {
      ...options,
      notify: (event) => {
        if (screen.isErrTerminal) live.show(event);
      },
    });
  } finally {
    live.clear();
  }
}

export function showFuzzAnswer(answer: FuzzAnswer, screen: Screen): Shown {
  screen.out(screen.format === 'auto' ? fuzzText(answer, screen.paintOut) : `${jsonText(answer, screen.format === 'pretty')}\n`);
  return { exit: answer.state === 'passed' ? 'ok' : answer.state === 'failed' ? 'failed' : 'interrupted' };
}
