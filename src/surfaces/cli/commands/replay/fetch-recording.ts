import { constants, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { executionRecording } from '#executions/stored/operations.ts';
import { notARatchetServer } from '#surfaces/client/errors.ts';
import type { CliParts } from '../../command.ts';
import { connect } from '../../remote/connection.ts';

/** A recording of a server with the task as it was, on this machine for as long as it is needed. */
export interface FetchedRecording {
  /** Folder of the task. */
  readonly task: string;
  /** The effects file. */
  readonly recording: string;
  /** Where it came from. */
  readonly url: string;
  /** Copies a test that was written into the task to where it stays, and never over another. @returns its path */
  keepTest(file: string, folder: string): string;
  remove(): void;
}

/**
 * Fetches the recording of an execution, and the files of the task that ran.
 * @throws EXECUTION_NOT_FOUND, EXECUTION_NOT_RECORDED, and what a call can end with
 */
export async function fetchRecording(
  id: string,
  input: Readonly<Record<string, unknown>>,
  parts: Pick<CliParts, 'env'>,
  signal: AbortSignal | undefined,
): Promise<FetchedRecording> {
  const client = connect(input, parts);
  const { effects, files } = await client.call(executionRecording, { id }, { signal });
  if (effects === null || files === null) throw notARatchetServer({ url: client.url, problem: 'its recording has no effects or no files' });
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-replay-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const taskFolder = join(folder, 'task');
    mkdirSync(taskFolder);
    for (const [path, text] of Object.entries(files)) {
      const file = join(taskFolder, path);
      // A server that is not to be trusted could name any file of this machine.
      if (!file.startsWith(taskFolder + sep) || path.includes('\0')) {
        throw notARatchetServer({ url: client.url, problem: `it names a file outside of the task, ${JSON.stringify(path)}` });
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const recording = join(folder, 'recording');
    mkdirSync(recording);
    writeFileSync(join(recording, 'effects'), Buffer.from(effects, 'base64'));
    return {
      task: taskFolder,
      recording,
      url: `${client.url}/executions/${encodeURIComponent(id)}`,
      keepTest: (file, target) => copyFreely(join(taskFolder, file), target),
      remove,
    };
  } catch (caught) {
    remove();
    throw caught;
  }
}

/** A test file gets the next number that is free in its new folder. */
function copyFreely(file: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number++) {
    const kept = join(folder, `recorded-${String(number).padStart(3, '0')}.json`);
    try {
      copyFileSync(file, kept, constants.COPYFILE_EXCL);
      return kept;
    } catch (caught) {
      if ((caught as NodeJS.ErrnoException).code !== 'EEXIST') throw caught;
    }
  }
}
