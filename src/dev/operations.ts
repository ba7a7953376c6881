import { z } from 'zod';
import { cancelled } from '#engine/index.ts';
import { operation } from '#kernel/index.ts';
import { archiveUnsafe, taskNotFound, taskTooLarge } from '#tasks/index.ts';
import type { InputWish } from './choose-input.ts';
import { DevReport } from './dev-report.ts';
import { createDevSession, type DevParts, type DevSession } from './dev-session.ts';

/** What `tasks.dev` leans on. */
export interface DevServices extends DevParts {
  /** Watches and shows a session until the person has seen enough; absent where nobody can. */
  readonly follow?: ((session: DevSession, signal: AbortSignal) => Promise<void>) | undefined;
}

export const devOperation = operation({
  name: 'tasks.dev',
  summary: 'Watch a task: check it, test it and run it on every save',
  details:
    'Validates a task, runs its tests and one input whenever a file of it changes, and shows problems, tests, result, log lines, requests and cost in place. ' +
    'Keys rerun, change the input, open a trace of the run, save it as a test, and switch between live and mocked requests. ' +
    'Away from a terminal it prints one report for every change.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder of the task'),
    input: z.unknown().optional().describe('Input to run, as JSON; that of the first test otherwise'),
    test: z.string().min(1).optional().describe('Name of the test whose input and mocks are used'),
    live: z.boolean().default(false).describe('Perform requests for real, also where a test has mocks for them'),
    once: z.boolean().default(false).describe('Look once, print the report and end'),
  }),
  output: DevReport,
  errors: [taskNotFound, taskTooLarge, archiveUnsafe, cancelled],
  effect: 'write',
  permission: 'task:run',
  on: {
    cli: {
      command: 'dev',
      positional: ['path'],
      flags: { path: '--from-fs' },
      examples: [
        { line: 'ratchet dev sample/js-tasks/addition --once', about: 'One look: problems, tests, and a run of the first input' },
        {
          line: `ratchet dev sample/js-tasks/addition --once --input-json '{"num1": 1, "num2": 2}' --format json`,
          about: 'The same with an input of your own, for programs',
        },
      ],
    },
  },
  async run({ follow, ...parts }: DevServices, input, { signal }) {
    // A path that leads nowhere is a mistake of the command line; a task that is broken is what this command is for.
    await parts.tasks.validate(input.path);
    const session = createDevSession(parts, input.path, wishOf(input));
    let last: DevReport | null = null;
    session.onReport((report) => (last = report));
    const onAbort = () => session.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) session.close();
      else if (input.once || follow === undefined) await session.lookAgain();
      else await follow(session, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
      session.close();
    }
    if (last === null) throw cancelled({ reason: 'it was asked to stop' });
    return last;
  },
});

/** What the command line says about the run. */
function wishOf({ input, test, live }: { input?: unknown; test?: string | undefined; live: boolean }): InputWish {
  return {
    typed: input === undefined ? null : { value: input, kind: 'given' },
    test: test ?? null,
    http: live ? 'live' : null,
  };
}
