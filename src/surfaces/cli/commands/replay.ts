import { replayOperation, type ReplayAnswer } from '#recordings/operations.ts';
import { command, type Screen, type Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';

export const replayCommand = command({
  operation: replayOperation,
  services: async (parts) => {
    const [tasks, recordings] = await Promise.all([parts.tasks(), parts.recordings()]);
    return { tasks, recordings };
  },
  show: showReplay,
});

function showReplay(answer: ReplayAnswer, screen: Screen): Shown {
  if (screen.format === 'auto') screen.out(replayText(answer, screen));
  else screen.out(`${jsonText(answer, screen.format === 'pretty')}\n`);
  return { exit: answer.state === 'same' ? 'ok' : 'failed' };
}

type Divergence = ReplayAnswer['divergences'][number];

/** The first line and the signs are those that this command has always printed. */
function replayText(answer: ReplayAnswer, { paintOut }: Pick<Screen, 'paintOut'>): string {
  const { divergences, error, output, recording, how, effects, task, notes, savedTest } = answer;
  const lines = [`Replay Result: ${printable(error === null ? jsonText(output, false) : `${error.code} ${error.message}`)}`];
  const count = `${effects} request${effects === 1 ? '' : 's'} ${how === 'live' ? 'performed for real' : 'answered from the recording'}`;
  if (divergences.length === 0) {
    lines.push(`✅ Replay output matches recorded output`, paintOut('dim', `${printable(`${task.label} ${task.version}`)}, ${count}`));
  } else {
    lines.push(`⚠️  Replay output differs from recorded output`);
    for (const divergence of divergences) lines.push(...divergenceLines(divergence, paintOut));
    lines.push(paintOut('dim', `${printable(`${task.label} ${task.version}`)}, ${count}, ${recording.effects} recorded`));
    for (const note of notes) lines.push(`${paintOut('bold', 'Note:')} ${printable(note)}`);
  }
  if (savedTest !== null) {
    lines.push(`Test written to: ${printable(savedTest.file)}`);
    for (const failure of savedTest.failures) lines.push(`${paintOut('yellow', 'It fails:')} ${printable(failure)}`);
  }
  return `${lines.join('\n')}\n`;
}

function divergenceLines({ kind, number, what, expected, got, site }: Divergence, paintOut: Screen['paintOut']): string[] {
  const subject = kind.startsWith('effect') || kind === 'recording-changed' ? 'effect' : kind;
  const name = number === null ? what : `${subject} ${number}: ${what}`;
  const place = site === null ? '' : paintOut('dim', ` at ${printable(`${site.file}:${site.line}:${site.column}`)}`);
  return [
    `${paintOut('bold', printable(name))}${place}`,
    `  ${paintOut('green', `expected: ${printable(expected)}`)}`,
    `  ${paintOut('red', `got:      ${printable(got)}`)}`,
  ];
}
