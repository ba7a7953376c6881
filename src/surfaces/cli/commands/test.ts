import { call, type CallOptions, type RatchetError } from '#kernel/index.ts';
import { runTestsOperation, type TestEvent, type TestReport } from '#task-tests/index.ts';
import type { CliParts, Command, Screen, Shown } from '../command.ts';
import { commandLineInvalid } from '../errors.ts';
import { confirmUpdate } from './test/confirm-update.ts';
import { createLiveSuites } from './test/live-suites.ts';
import { asksForFuzzing, fuzzExample, fuzzFlags } from './test/fuzz-flags.ts';
import { endText, reportText, screenReporter, suitesText, writeReport, type Reporter } from './test/report-text.ts';

type Input = Readonly<Record<string, unknown>>;

/** What the command came to: a report, or the end of watching, or what fuzzing found. */
type Answer = { readonly report: TestReport } | { readonly watched: Shown } | { readonly fuzzed: (screen: Screen) => Shown };

const { cli } = runTestsOperation.on;

export const testCommand: Command = {
  operation: {
    ...runTestsOperation,
    input: runTestsOperation.input.extend(fuzzFlags),
    on: { cli: { ...cli!, examples: [...cli!.examples, fuzzExample] } },
  },
  async run(input, parts, options): Promise<Answer> {
    if (asksForFuzzing(input)) {
      const { fuzzTests, showFuzzAnswer } = await import('./test/fuzz-tests.ts');
      const answer = await fuzzTests(input, parts, options);
      return { fuzzed: (screen) => showFuzzAnswer(answer, screen) };
    }
    if (input['watch'] !== true) return { report: await runOnce(input, parts, options) };
    if (input['update'] === true) throw contradiction('--watch and --update exclude each other: press u while watching to update');
    const { watchTests } = await import('./test/watch-tests.ts');
    const watched = await watchTests({
      path: String(input['path']),
      only: (input['only'] as readonly string[] | undefined) ?? [],
      screen: parts.screen,
      keyboard: parts.keyboard,
      signal: options.signal!,
      run: async (more, signal) => {
        const report = await runOnce({ ...input, ...more }, parts, { ...options, signal });
        // What a newer change has cut short is about to be run again.
        if (report.state !== 'stopped') showReport(report, parts.screen, { ...input, ...more });
        return report;
      },
    });
    return { watched };
  },
  show(answer, screen, input) {
    const got = answer as Answer;
    if ('fuzzed' in got) return got.fuzzed(screen);
    return 'watched' in got ? got.watched : showReport(got.report, screen, input);
  },
};

function contradiction(problem: string): RatchetError {
  return commandLineInvalid({ problem, command: 'ratchet test', usage: 'ratchet test <path> [flags]' });
}

/** Runs once; suites show as they end where the screen gets the default report. */
async function runOnce(input: Input, parts: CliParts, options: CallOptions): Promise<TestReport> {
  const { screen, keyboard } = parts;
  const { reporter, isLive } = wishesOf(input, screen);
  const live = createLiveSuites(screen, reporter === 'verbose');
  const { signal = new AbortController().signal } = options;
  const services = {
    tests: await parts.tests(),
    confirmUpdate:
      keyboard === null
        ? undefined
        : (proposals: Parameters<typeof confirmUpdate>[0]) => confirmUpdate(proposals, { screen, keyboard, signal }),
  };
  try {
    return await call(runTestsOperation, services, input, {
      ...options,
      notify: (event) => {
        if (isLive && event.type === 'progress') live.show(event.update as TestEvent);
      },
    });
  } finally {
    live.clear();
  }
}

/** An update changes what failed into what passed, so then nothing shows before the end. */
function wishesOf(input: Input, screen: Screen): { reporter: Reporter; isLive: boolean } {
  const reporter = screenReporter((input['reporter'] as Reporter | undefined) ?? 'default', input['outputFile'] !== undefined, screen);
  return { reporter, isLive: (reporter === 'default' || reporter === 'verbose') && input['update'] !== true };
}

function showReport(report: TestReport, screen: Screen, input: Input): Shown {
  const { reporter, isLive } = wishesOf(input, screen);
  if (reporter === 'default' || reporter === 'verbose') {
    const suites = isLive ? '' : suitesText(report, reporter === 'verbose', screen.paintOut);
    screen.out(suites + endText(report, screen.paintOut));
  } else {
    screen.out(
      reportText(report, reporter, screen.format === 'pretty' || (screen.format === 'auto' && screen.isOutTerminal), screen.paintOut),
    );
  }
  if (input['coverage'] === true && report.tests.total > 0 && report.suites.every(({ coverage }) => coverage === null)) {
    screen.err('Coverage cannot be told: no test ran in a sandbox that can be looked into (`ratchet doctor`).\n');
  }
  const exit = report.state === 'passed' ? 'ok' : report.state === 'failed' ? 'failed' : 'interrupted';
  const file = input['outputFile'];
  if (typeof file !== 'string') return { exit };
  try {
    writeReport(
      file,
      reportText(report, (input['reporter'] as Reporter | undefined) ?? 'default', true, (_style, text) => text),
    );
    return { exit };
  } catch (error) {
    return { exit, error: error as RatchetError };
  }
}
