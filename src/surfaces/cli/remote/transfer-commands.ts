import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputRejected } from '#kernel/index.ts';
import { importTasksOperation } from '#tasks/catalogue/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { z } from 'zod';
import type { Screen, Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';
import type { Performing, RemoteOperation } from './remote-command.ts';
import { everyTaskAt } from './sent-files.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

type Input = Readonly<Record<string, unknown>>;

interface Exported {
  readonly exportedCount: number;
  readonly document: unknown;
  readonly files: readonly { readonly name: string; readonly base64: string }[];
}

/** Fetches an export, and writes it where a file or folder was named. The ending of a file says its format. */
export async function exportTasks(
  client: Client,
  operation: RemoteOperation,
  { output, withoutTests, filesOnly, ...rest }: Input,
  { options }: Performing,
): Promise<unknown> {
  const input = { ...rest, includeTests: withoutTests !== true, includeMetadata: filesOnly !== true };
  const path = typeof output === 'string' ? output : null;
  const format = path !== null && /\.zip$/i.test(path) ? 'zip' : rest['format'];
  const exported = (await client.call(operation, { ...input, format }, { signal: options.signal })) as Exported;
  if (path === null) return exported;
  const [first] = exported.files;
  if (format === 'individual') {
    mkdirSync(path, { recursive: true });
    for (const { name, base64 } of exported.files) writeFileSync(join(path, name), Buffer.from(base64, 'base64'));
  } else writeFileSync(path, first === undefined ? `${jsonText(exported.document, true)}\n` : Buffer.from(first.base64, 'base64'));
  return { ...exported, document: null, files: [], wrote: path };
}

export function showExport(answer: unknown, screen: Screen, view: View): Shown {
  const { exportedCount, document, wrote } = answer as Exported & { wrote?: string };
  if (wrote !== undefined && isForPeople(screen)) {
    screen.out(`${exportedCount === 1 ? 'One task' : `${exportedCount} tasks`} exported to ${printable(wrote)}\n`);
    return { exit: 'ok' };
  }
  // What is piped on is what `task import` takes.
  return showAnswer(wrote === undefined && document !== null ? document : answer, screen, view);
}

/** Sends a file of an export, an archive, or every task in a folder. */
export async function importTasks(
  client: Client,
  operation: RemoteOperation,
  { path, withoutTests, untested, ...input }: Input,
  { options }: Performing,
): Promise<unknown> {
  const wishes = { ...input, includeTests: withoutTests !== true, validateTasks: untested !== true };
  return client.call(operation, { ...wishes, ...(await readImport(String(path))) }, { signal: options.signal });
}

type Sent = Pick<z.input<typeof importTasksOperation.input>, 'data' | 'format'>;

async function readImport(path: string): Promise<Sent> {
  const refuse = (message: string, cause?: unknown) =>
    inputRejected({ operation: 'task import', problems: [{ path: 'path', message }] }, cause);
  try {
    if (statSync(path).isDirectory()) return { format: 'json', data: await everyTaskAt(path) };
    const bytes = readFileSync(path);
    if (bytes.subarray(0, 2).toString('latin1') === 'PK') return { format: 'zip', data: bytes.toString('base64') };
    return { format: 'json', data: JSON.parse(bytes.toString('utf8')) as Sent['data'] };
  } catch (caught) {
    if (caught instanceof SyntaxError) throw refuse(`names ${path}, which is neither an archive nor JSON`, caught);
    if (caught instanceof Error && 'syscall' in caught) throw refuse(`names ${path}, which cannot be read: ${caught.message}`, caught);
    throw caught;
  }
}

interface Imported {
  readonly imported: readonly {
    readonly name: string;
    readonly version: string;
    readonly outcome: string;
    readonly needsApproval: boolean;
  }[];
  readonly errors: readonly { readonly name: string; readonly field: string; readonly message: string }[];
}

export function showImport(answer: unknown, screen: Screen, view: View): Shown {
  const { imported, errors } = answer as Imported;
  const exit = errors.length === 0 ? 'ok' : 'invalidTask';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  for (const { name, version, outcome, needsApproval } of imported) {
    screen.out(`${printable(name)} ${version} ${outcome.toLowerCase()}${needsApproval ? ', waits for an approval of its network' : ''}\n`);
  }
  for (const { name, field, message } of errors) {
    screen.err(`${screen.paintErr('red', printable(name === '' ? field : `${name} (${field})`))}: ${printable(message)}\n`);
  }
  return { exit };
}
