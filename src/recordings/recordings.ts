import { accessSync, constants } from 'node:fs';
import type { Execution, Executions } from '#executions/index.ts';
import type { Settings } from '#kernel/index.ts';
import { readTestCases, runCase, writeTestCase } from '#task-tests/index.ts';
import { loadTask, makeFolder, type Task } from '#tasks/index.ts';
import { recordingUnwritable } from './errors.ts';
import { readRecording, writeRecording, type ReadRecording } from './format/recording-folder.ts';
import { secretNamesSetting } from './settings.ts';
import type { Recording } from './recording.ts';
import { maskExecution, maskWhileRunning, recordingOf, type WithoutSecrets } from './recording-of.ts';
import { savedTest } from './saved-test.ts';
import { replay, type Replayed, type ReplayRequest } from './replay/replay.ts';

/** What a process does with recordings. */
export interface Recordings {
  /** Makes the folder and finds out whether recordings can be written there. @throws RECORDING_UNWRITABLE */
  prepare(folder: string): void;
  /** Writes a session below a folder: all of it or nothing. @returns its path @throws RECORDING_UNWRITABLE */
  write(folder: string, execution: Execution, task: Task): string;
  /** An execution as it may be shown to others, and what takes its secrets out of other texts. */
  mask(execution: Execution, task: Task, wanted?: 'all' | 'summary'): WithoutSecrets;
  /** Takes secrets out of what an execution says while it runs, as far as they are known by then. @param input JSON text */
  maskWhileRunning(task: Task, input: string): (text: string) => string;
  /** @throws RECORDING_NOT_FOUND, RECORDING_INVALID */
  read(path: string): ReadRecording;
  /**
   * Writes a recording as a test of the task, with its answers as mocks, and runs the test.
   * @returns the file inside the task, and why the test fails, if it does
   * @throws TEST_UNWRITABLE
   */
  saveTest(task: Task, recording: Recording, name: string | null, signal: AbortSignal): Promise<SavedTest>;
  /** Runs a task again as it was recorded, and compares. */
  replay(request: ReplayRequest): Promise<Replayed>;
}

export interface SavedTest {
  readonly file: string;
  readonly failures: readonly string[];
}

export interface RecordingsParts {
  readonly settings: Settings;
  /** Loaded when something is replayed. */
  readonly executions: () => Promise<Executions>;
  /** Program and version, such as `ratchet 0.1.0`. */
  readonly madeBy: string;
}

export function createRecordings({ settings, executions, madeBy }: RecordingsParts): Recordings {
  const secretNames = settings.get(secretNamesSetting);
  return {
    prepare(folder) {
      try {
        makeFolder(folder);
        accessSync(folder, constants.W_OK);
      } catch (caught) {
        throw recordingUnwritable({ path: folder, reason: (caught as NodeJS.ErrnoException).code ?? String(caught) }, caught);
      }
    },
    write: (folder, execution, task) => writeRecording(folder, recordingOf(execution, task, { madeBy, secretNames })),
    mask: (execution, task, wanted) => maskExecution(execution, task, { madeBy, secretNames }, wanted),
    maskWhileRunning: (task, input) => maskWhileRunning(task, input, secretNames),
    read: readRecording,
    async saveTest(task, recording, name, signal) {
      const file = writeTestCase(task.origin, 'recorded', savedTest(recording, name));
      const changed = await loadTask(task.origin);
      const [test] = readTestCases(changed).filter((one) => one.file === file);
      if (test?.kind !== 'case') return { file, failures: test === undefined ? [] : [test.message] };
      const { report } = await runCase({ executions: await executions(), settings }, changed, test, { signal });
      return { file, failures: (report.failures ?? []).map(({ message }) => message) };
    },
    replay: async (request) => replay(request, { executions: await executions(), settings, madeBy, secretNames }),
  };
}
