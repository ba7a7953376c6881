import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { backupOperations, deleteBackup, downloadBackup, downloadFailed, dumpDatabase, showBackup } from '#backups/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import { z } from 'zod';
import type { Command, Screen, Shown } from '../command.ts';
import { sizeText } from '../size.ts';
import { printable } from '../terminal.ts';
import { commandOf } from './command-of.ts';
import type { Performing, RemoteOperation, RemoteSpec } from './remote-command.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';
import { writeReceived } from './write-received.ts';

type Input = Readonly<Record<string, unknown>>;
type ShownBackup = z.output<typeof showBackup.output>;

/** What comes in pieces has no answer of its own; what the commands say afterwards is theirs. */
const asOperation = <Stream extends object>(stream: Stream) => ({ ...stream, output: z.unknown(), effect: 'read' as const });
const operations: readonly RemoteOperation[] = [...backupOperations, asOperation(downloadBackup), asOperation(dumpDatabase)];

export const backupCommand = (words: string): Command => commandOf(words, operations, specs);

const specs: Readonly<Record<string, RemoteSpec>> = {
  'server backup create': { hides: ['waitMs'], perform: create },
  'server backup delete': { asks: ({ name }) => `Delete the backup ${String(name)}?` },
  'server backup restore': { show: showRestore },
  'server backup download': {
    moreFlags: {
      file: z
        .string()
        .min(1)
        .optional()
        .describe('Where it is written; under its name into this folder unless given')
        .meta({ placeholder: 'path' }),
    },
    positional: ['name', 'file'],
    perform: download,
    show: showWritten,
  },
  'db dump': {
    moreFlags: { file: z.string().min(1).describe('File to write; one that exists is not overwritten').meta({ placeholder: 'path' }) },
    positional: ['file'],
    perform: dump,
    show: showWritten,
  },
};

const lookMs = 300;

/** Asks again and again instead of waiting once, so that a backup may take as long as it does; who stops waiting gives it up. */
async function create(client: Client, operation: RemoteOperation, input: Input, { parts, options }: Performing): Promise<unknown> {
  const { signal } = options;
  const { screen } = parts;
  let backup = (await client.call(operation, { ...input, waitMs: 0 }, { signal })) as ShownBackup;
  const { name } = backup;
  let told = '';
  try {
    while (backup.state === 'MAKING') {
      await pause(lookMs, undefined, { signal });
      backup = await client.call(showBackup, { name }, { signal });
      const text = `${name}: ${sizeText(backup.bytes)}`;
      if (screen.isErrTerminal && isForPeople(screen) && text !== told) screen.err(`${screen.paintErr('dim', (told = text))}\n`);
    }
  } catch (caught) {
    if (signal?.aborted) await client.call(deleteBackup, { name }).catch(() => {});
    throw caught;
  }
  // The server has logged more; this is what it says of it.
  if (backup.state === 'FAILED')
    throw downloadFailed({ file: `the backup ${name}`, problem: (backup.problem ?? 'it failed').replace(/\.$/, '') });
  return backup;
}

interface Written {
  readonly file: string;
  readonly bytes: number;
}

async function download(client: Client, _operation: RemoteOperation, { name, file }: Input, { options }: Performing): Promise<Written> {
  const { signal } = options;
  const wanted = String(name);
  const { dialect } = await client.call(showBackup, { name: wanted }, { signal });
  const place = typeof file === 'string' ? file : `${wanted}.${dialect === 'sqlite' ? 'db' : 'dump'}`;
  const { path, bytes } = await writeReceived(place, signal, async ({ path: into, write }) => {
    const hash = createHash('sha256');
    let [at, total, sha256] = [0, -1, ''];
    for await (const { data } of client.follow(downloadBackup, { name: wanted }, { signal })) {
      const piece = Buffer.from(data.base64, 'base64');
      if (data.offset !== at) throw downloadFailed({ file: into, problem: `after ${at} bytes came those from ${data.offset} on` });
      hash.update(piece);
      at += piece.length;
      ({ totalBytes: total, sha256 } = data);
      await write(piece);
    }
    signal?.throwIfAborted();
    if (at !== total || hash.digest('hex') !== sha256) throw downloadFailed({ file: into, problem: 'what arrived is not what was sent' });
  });
  return { file: path, bytes };
}

async function dump(client: Client, _operation: RemoteOperation, { file, ...input }: Input, { options }: Performing): Promise<unknown> {
  const { signal } = options;
  const { path, bytes, result } = await writeReceived(String(file), signal, async ({ write }) => {
    const rows: Record<string, number> = {};
    for await (const { data } of client.follow(dumpDatabase, input, { signal })) {
      if (data.header !== null) {
        for (const table of data.header.tables) rows[table] = 0;
        await write(`${JSON.stringify({ dump: 'ratchet', ...data.header })}\n`);
      }
      const { table } = data;
      if (table === null) continue;
      rows[table] = (rows[table] ?? 0) + data.rows.length;
      await write(data.rows.map((row) => `${JSON.stringify({ table, row })}\n`).join(''));
    }
    signal?.throwIfAborted();
    // A file without this line was cut short, whoever has copied it.
    await write(`${JSON.stringify({ end: true, rows })}\n`);
    return rows;
  });
  return { file: path, bytes, rows: result };
}

function showWritten(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { file, bytes } = answer as Written;
  screen.out(`Wrote ${printable(file)} (${sizeText(bytes)}).\n`);
  return { exit: 'ok' };
}

function showRestore(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { effect, next } = answer as { effect: Readonly<Record<string, unknown>>; next: string };
  const says = {
    jobsForgotten: 'jobs acknowledged since are forgotten',
    jobsWaitingNow: 'of them have not ended yet',
    jobsRunAgain: 'jobs that have ended since run again',
    jobsBack: 'jobs that were removed since come back',
    tasksChanged: 'tasks were stored or changed since',
    schedulesChanged: 'schedules were made or changed since',
  };
  for (const [field, words] of Object.entries(says)) screen.out(`${String(effect[field]).padStart(8)} ${words}\n`);
  screen.out(`\n${printable(next)}\n`);
  return { exit: 'ok' };
}
