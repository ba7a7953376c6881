import { devOperation, type DevReport, type DevSession } from '#dev/index.ts';
import { call, type ExitName } from '#kernel/index.ts';
import { watchTasks } from '#task-tests/index.ts';
import type { CliParts, Command, Shown } from '../command.ts';
import { devText } from './dev/dev-plain.ts';
import { showDevScreen } from './dev/dev-screen.ts';

/** How the person left, or the report of a single look. */
type Answer = { readonly left: Shown } | { readonly report: DevReport };

export const devCommand: Command = {
  operation: devOperation,
  async run(input, parts, options): Promise<Answer> {
    let left: Shown | null = null;
    const follow = async (session: DevSession, signal: AbortSignal) => {
      left = await followSession(session, String(input['path']), parts, signal);
    };
    const services = { ...(await parts.dev()), follow };
    try {
      const report = await call(devOperation, services, input, options);
      return left === null ? { report } : { left };
    } catch (caught) {
      // Whoever leaves before the first look has come to its end has left all the same.
      if (left !== null) return { left };
      throw caught;
    }
  },
  show(answer, screen) {
    const got = answer as Answer;
    if ('left' in got) return got.left;
    screen.out(devText(got.report, screen));
    return { exit: exitOf(got.report) };
  },
};

function exitOf({ isGood, problems }: DevReport): ExitName {
  if (isGood) return 'ok';
  return problems.some(({ severity }) => severity === 'error') ? 'invalidTask' : 'failed';
}

/** Looks at every change: in place where there is a terminal and somebody at it, else line by line. */
async function followSession(
  session: DevSession,
  path: string,
  { screen, keyboard, window }: CliParts,
  signal: AbortSignal,
): Promise<Shown> {
  const isInPlace = keyboard !== null && window !== null && screen.format === 'auto';
  const watch = await watchTasks(
    path,
    () => void session.lookAgain(),
    (error) => {
      if (isInPlace) session.note(`Watching is incomplete: ${error.message}`);
      else screen.err(`Watching is incomplete: ${error.message}\n`);
    },
  );
  try {
    if (isInPlace) {
      const shown = showDevScreen(session, { screen, keyboard, window, signal, now: () => Date.now() });
      void session.lookAgain();
      return await shown;
    }
    session.onReport((report) => screen.out(`${devText(report, screen)}${screen.format === 'auto' ? '\n' : ''}`));
    await session.lookAgain();
    await aborted(signal);
    return { exit: 'interrupted' };
  } finally {
    await watch.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
