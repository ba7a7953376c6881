import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { call, type CallOptions } from '#kernel/index.ts';
import { replayOperation, type ReplayAnswer } from '#recordings/operations.ts';
import { z } from 'zod';
import type { CliParts, Command, Screen, Shown } from '../command.ts';
import { commandLineInvalid } from '../errors.ts';
import { connectionFlags } from '../remote/connection-flags.ts';
import { jsonText, printable } from '../terminal.ts';

type Input = Readonly<Record<string, unknown>>;

const { cli } = replayOperation.on;

/** A replay of a folder, or of what a server has recorded: then the first word is the id of an execution. */
export const replayCommand: Command = {
  operation: {
    ...replayOperation,
    input: z.object({
      ...replayOperation.input.shape,
      path: replayOperation.input.shape.path.describe('Folder or ZIP of the task; or the number or uuid of an execution on a server'),
      ...connectionFlags,
    }),
    on: {
      cli: {
        ...cli!,
        examples: [
          ...cli!.examples,
          { line: 'ratchet replay 42 --server http://127.0.0.1:8080', about: 'Replays here what execution 42 did there' },
        ],
      },
    },
  },
  run: (typed, parts, options) =>
    isOnServer(typed) ? replayOfServer(typed, parts, options) : replayHere(withoutFlags(typed), parts, options),
  show: (answer, screen) => showReplay(answer as ReplayAnswer, screen),
};

function withoutFlags(typed: Input): Input {
  return Object.fromEntries(Object.entries(typed).filter(([name]) => !Object.hasOwn(connectionFlags, name)));
}

/** A server was named, or the word looks like an id and is no folder. */
function isOnServer({ path, server, recording }: Input): boolean {
  if (server !== undefined && recording !== undefined) {
    const problem = '--server and --recording exclude each other: the recording is on the server, or here';
    throw commandLineInvalid({ problem, command: 'ratchet replay', usage: 'ratchet replay <path> [flags]' });
  }
  if (server !== undefined) return true;
  return recording === undefined && /^(?:\d+|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})$/i.test(String(path)) && !existsSync(String(path));
}

async function replayHere(input: Input, parts: CliParts, options: CallOptions): Promise<ReplayAnswer> {
  const [tasks, recordings] = await Promise.all([parts.tasks(), parts.recordings()]);
  return call(replayOperation, { tasks, recordings }, input, options);
}

async function replayOfServer(typed: Input, parts: CliParts, options: CallOptions): Promise<ReplayAnswer> {
  const { fetchRecording } = await import('./replay/fetch-recording.ts');
  const fetched = await fetchRecording(String(typed['path']), typed, parts, options.signal);
  try {
    const input = { ...withoutFlags(typed), path: fetched.task, recording: fetched.recording };
    const answer = await replayHere(input, parts, options);
    const { against } = typed;
    const folder = typeof against === 'string' ? join(against, 'tests') : '.';
    const { savedTest, recording } = answer;
    return {
      ...answer,
      recording: { ...recording, path: fetched.url },
      savedTest: savedTest && { ...savedTest, file: fetched.keepTest(savedTest.file, folder) },
    };
  } finally {
    fetched.remove();
  }
}

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
