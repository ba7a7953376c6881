import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '#tasks/index.ts';
import { recordingInvalid, recordingNotFound, recordingUnwritable } from '../errors.ts';
import { harOf } from '../har/har-of.ts';
import { recordingFromHar } from '../har/recording-from-har.ts';
import type { Recording } from '../recording.ts';
import { decodeRecording, encodeRecording } from './recording-file.ts';
import { recordingLog } from './recording-log.ts';

/** The file that replays read; the others are for people and other programs. */
export const effectsFile = 'effects';

/**
 * Writes `ratchet_session_<YYYYMMDD_HHMMSS>/` (UTC) below a folder: all of it or nothing.
 * @returns the path of the session
 * @throws RECORDING_UNWRITABLE
 */
export function writeRecording(folder: string, recording: Recording): string {
  let unfinished: string | undefined;
  try {
    makeFolder(folder);
    sweep(folder, recording.execution.startedAt);
    unfinished = mkdtempSync(join(folder, unfinishedName));
    const write = (name: string, content: string | Uint8Array) => writeFileSync(join(unfinished!, name), content, { flush: true });
    write('input.json', pretty(recording.input));
    if (recording.output !== null) write('output.json', pretty(recording.output));
    if (recording.error !== null) write('error.json', `${JSON.stringify(recording.error, null, 2)}\n`);
    write('requests.har', `${JSON.stringify(harOf(recording), null, 2)}\n`);
    write('ratchet.log', recordingLog(recording));
    write(effectsFile, encodeRecording(recording));
    const path = freePath(folder, recording.execution.startedAt);
    renameSync(unfinished, path);
    return path;
  } catch (caught) {
    if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true });
    throw recordingUnwritable({ path: folder, reason: (caught as NodeJS.ErrnoException).code ?? (caught as Error).message }, caught);
  }
}

const unfinishedName = '.ratchet_session_';
/** Writing takes moments; what is unfinished after this belongs to a process that was killed. */
const abandonedMs = 600_000;

function sweep(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(unfinishedName)) continue;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && nowMs - stat.mtimeMs > abandonedMs) rmSync(path, { recursive: true, force: true });
  }
}

/** Two executions of one second get a number. */
function freePath(folder: string, atMs: number): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
  const base = join(folder, `ratchet_session_${stamp}`);
  for (let number = 1; number < 10_000; number++) {
    const path = number === 1 ? base : `${base}_${number}`;
    if (!existsSync(path)) return path;
  }
  return `${base}_${randomBytes(4).toString('hex')}`;
}

/** A recording as it was read, with what its reader should know. */
export interface ReadRecording {
  readonly recording: Recording;
  readonly path: string;
  /** What stands beside it and says something else. */
  readonly notes: readonly string[];
}

/**
 * Reads a recording: a folder with `effects`, that file itself, or a folder with `requests.har` and `input.json`.
 * @throws RECORDING_NOT_FOUND, RECORDING_INVALID
 */
export function readRecording(path: string): ReadRecording {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw recordingNotFound({ path, reason: 'nothing is there' });
  if (stat.isFile()) {
    if (path.endsWith('.har')) return fromHar(path, dirname(path));
    return { path, recording: decodeRecording(bytesOf(path), path), notes: [] };
  }
  const file = join(path, effectsFile);
  if (existsSync(file)) {
    const recording = decodeRecording(bytesOf(file), file);
    return { path, recording, notes: notesOn(path, recording) };
  }
  const har = join(path, 'requests.har');
  if (existsSync(har)) return fromHar(har, path);
  throw recordingNotFound({ path, reason: 'the folder holds neither effects nor requests.har' });
}

function fromHar(har: string, folder: string): ReadRecording {
  const input = join(folder, 'input.json');
  if (!existsSync(input)) throw recordingNotFound({ path: har, reason: `Recording input file not found: ${input}` });
  const output = join(folder, 'output.json');
  const texts = { har: bytesOf(har).toString('utf8'), input: jsonText(input), output: existsSync(output) ? jsonText(output) : null };
  const recording = recordingFromHar(texts, har);
  const notes = ['Only requests were recorded: the clock stands at the first request, and randomness is that of a fixed seed.'];
  return { path: har, recording, notes };
}

/** The files for people are copies; a person who edited one should know that it changes nothing. */
function notesOn(folder: string, recording: Recording): string[] {
  const notes: string[] = [];
  for (const [name, kept] of [
    ['input.json', recording.input],
    ['output.json', recording.output],
  ] as const) {
    const file = join(folder, name);
    if (kept === null || !existsSync(file)) continue;
    if (bytesOf(file).toString('utf8') !== pretty(kept)) {
      notes.push(`${name} was changed; the replay goes by the file ${effectsFile}. To replay with it, remove ${effectsFile}.`);
    }
  }
  return notes;
}

function pretty(json: string): string {
  return `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
}

function jsonText(file: string): string {
  try {
    return JSON.stringify(JSON.parse(bytesOf(file).toString('utf8')));
  } catch (caught) {
    if (caught instanceof SyntaxError) throw recordingInvalid({ file, reason: `it is not JSON (${caught.message})` });
    throw caught;
  }
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (caught) {
    throw recordingNotFound({ path: file, reason: (caught as NodeJS.ErrnoException).code ?? 'it cannot be read' }, caught);
  }
}
