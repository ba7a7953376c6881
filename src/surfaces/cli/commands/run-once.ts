import { runOnceOperation, type Recorder, type RunOnceAnswer } from '#executions/operations.ts';
import { command, type Screen, type Shown } from '../command.ts';
import { sizeText } from '../size.ts';
import { jsonText, printable } from '../terminal.ts';
import { profileText } from '../profile-text.ts';
import { timeline } from '../timeline.ts';

export const runOnceCommand = command({
  operation: runOnceOperation,
  services: async (parts) => {
    const [tasks, executions] = await Promise.all([parts.tasks(), parts.executions()]);
    // Most runs are not recorded, and do not load what records.
    const recorder: Recorder = {
      prepare: async (folder) => (await parts.recordings()).prepare(folder),
      write: async (folder, execution, task) => (await parts.recordings()).write(folder, execution, task),
    };
    return { tasks, executions, recorder, tracer: () => parts.tracer(), debugging: () => parts.debugging() };
  },
  show: (answer, screen, input) =>
    answer.state === 'not-run'
      ? showDryRun(answer, screen)
      : showRun(answer, screen, input['trace'] === true || input['traceFormat'] === 'text'),
});

type Ran = Exclude<RunOnceAnswer, { state: 'not-run' }>;
type NotRun = Extract<RunOnceAnswer, { state: 'not-run' }>;

function showRun(answer: Ran, screen: Screen, withTrace: boolean): Shown {
  if (withTrace) screen.err(timeline(answer, screen.paintErr));
  if (answer.logsDropped > 0) screen.err(screen.paintErr('yellow', `${answer.logsDropped} more log lines were not kept\n`));
  if (answer.state === 'completed') screen.out(`${jsonText(answer.output, isPretty(screen))}\n`);
  if (withTrace || screen.isErrTerminal) screen.err(`${screen.paintErr('dim', costLine(answer.cost))}\n`);
  const { recording, traceFile, profile, state, error } = answer;
  if (recording !== null && 'path' in recording) screen.err(`Recording saved to: ${printable(recording.path)}\n`);
  if (traceFile !== null && 'path' in traceFile) screen.err(`Trace saved to: ${printable(traceFile.path)}\n`);
  if (profile !== null && 'file' in profile) screen.err(profileText(profile, screen.paintErr));
  const lost = [recording, traceFile, profile].flatMap((one) => (one !== null && 'error' in one ? [one.error] : []))[0] ?? null;
  return { exit: state === 'completed' ? 'ok' : 'failed', error: error ?? lost };
}

function showDryRun(answer: NotRun, screen: Screen): Shown {
  if (screen.format === 'json') screen.out(`${jsonText(answer, false)}\n`);
  else if (screen.format === 'pretty') screen.out(`${jsonText(answer, true)}\n`);
  else {
    const { task, checked } = answer;
    screen.out(`${printable(`${task.label} ${task.version}`)} can be run with this input; it was not.\nChecked: ${checked.join(', ')}\n`);
  }
  return { exit: 'ok' };
}

function isPretty({ format, isOutTerminal }: Screen): boolean {
  return format === 'pretty' || (format === 'auto' && isOutTerminal);
}

/** `wall 12 ms, CPU 3 ms, heap 4.1 MB, 2 requests`. */
export function costLine(cost: Ran['cost']): string {
  const requests = `${cost.requests} request${cost.requests === 1 ? '' : 's'}`;
  const traffic = cost.requests > 0 ? ` (${sizeText(cost.bytesOut)} out, ${sizeText(cost.bytesIn)} in)` : '';
  return `wall ${milliseconds(cost.wallMs)}, CPU ${milliseconds(cost.cpuMs)}, heap ${sizeText(cost.heapBytes)}, ${requests}${traffic}`;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
