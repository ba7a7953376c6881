import { z } from 'zod';
import { Failure, identityOf, TaskIdentity } from '#executions/index.ts';
import { operation, type Json } from '#kernel/index.ts';
import { testUnwritable } from '#task-tests/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge, type Task } from '#tasks/index.ts';
import { recordingInvalid, recordingNotFound, recordingRequired } from './errors.ts';
import type { Recording } from './recording.ts';
import type { Recordings } from './recordings.ts';
import { Divergence } from './replay/divergence.ts';

/** What `recordings.replay` leans on. */
export interface ReplayParts {
  readonly tasks: { load(path: string): Promise<Task> };
  readonly recordings: Recordings;
}

/** Answer of `recordings.replay`. */
export const ReplayAnswer = z.object({
  state: z.enum(['same', 'diverged']),
  how: z.enum(['recorded', 'live']).describe('Where answers to requests came from.'),
  task: TaskIdentity,
  recording: z.object({
    path: z.string(),
    madeBy: z.string(),
    startedAt: z.number().describe('Milliseconds since 1970 UTC.'),
    taskVersion: z.string().nullable(),
    effects: z.number().int(),
    masked: z.array(z.string()).describe('Names of the secrets that the recording holds no values of.'),
  }),
  output: z.unknown().describe('What the task returned now; null when it failed.'),
  error: Failure.nullable().describe('Why it failed now.'),
  effects: z.number().int().describe('Requests made now.'),
  divergences: z.array(Divergence).describe('In the order of effects, then output or error, log lines, progress.'),
  notes: z.array(z.string()).describe('What may explain a divergence.'),
  savedTest: z
    .object({ file: z.string(), failures: z.array(z.string()).describe('Why it fails; empty when it passes.') })
    .nullable()
    .describe('The test that was written, and run.'),
});
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

export const replayOperation = operation({
  name: 'recordings.replay',
  summary: 'Run a task again as it was recorded, offline, and compare',
  details:
    'Runs the task with the input, the clock, the randomness and the answers of a recording, in the order in which they came, and compares output, log lines, progress and the order of effects. No request leaves the machine unless --live says so. Ends with 1 when something differs, and names it.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder or ZIP of the task'),
    recording: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Folder that run-once --record made, or one with requests.har and input.json', placeholder: 'path' }),
    against: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Another version of the task: replay the recording on its code, and show what changes', placeholder: 'path' }),
    live: z.boolean().default(false).describe('Perform requests for real, and compare what comes of it'),
    saveTest: z.boolean().default(false).describe('Write the recording as a test of the task, with its answers as mocks'),
    testName: z.string().min(1).optional().describe('Name of that test; one is made up otherwise'),
  }),
  output: ReplayAnswer,
  errors: [recordingRequired, recordingNotFound, recordingInvalid, testUnwritable, taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe],
  effect: 'write',
  permission: 'task:run',
  on: {
    cli: {
      command: 'replay',
      positional: ['path'],
      flags: { path: '--from-fs' },
      examples: [
        {
          line: 'ratchet replay sample/js-tasks/addition --recording sample/recordings/addition',
          about: 'Prints that nothing differs',
        },
        {
          line: 'ratchet replay sample/js-tasks/weather-api --recording sample/recordings/weather-api --format json',
          about: 'The same as JSON, for programs; no request is made',
        },
      ],
    },
  },
  async run({ tasks, recordings }: ReplayParts, input, { signal, notify }) {
    if (input.recording === undefined) throw recordingRequired({});
    notify({ type: 'phase', name: 'load' });
    const { recording, path, notes } = recordings.read(input.recording);
    const own = await tasks.load(input.path);
    const task = input.against === undefined ? own : await tasks.load(input.against);
    notify({ type: 'phase', name: 'replay' });
    const { execution, came, divergences } = await recordings.replay({ task, recording, isLive: input.live, signal });
    if (signal.aborted && execution.error !== null) throw execution.error;
    const saved = input.saveTest ? await recordings.saveTest(own, recording, input.testName ?? null, signal) : null;
    return {
      state: divergences.length === 0 ? ('same' as const) : ('diverged' as const),
      how: input.live ? ('live' as const) : ('recorded' as const),
      task: identityOf(task),
      recording: {
        path,
        madeBy: recording.madeBy,
        startedAt: recording.execution.startedAt,
        taskVersion: recording.task.version || null,
        effects: recording.effects.length,
        masked: [...recording.masked],
      },
      output: came.output === null ? null : (JSON.parse(came.output) as Json),
      error: came.error === null ? null : { ...came.error },
      effects: came.effects.length,
      divergences: divergences.map((one) => ({ ...one })),
      notes: [...notes, ...notesOn(recording, task)],
      savedTest: saved === null ? null : { file: saved.file, failures: [...saved.failures] },
    };
  },
});

/** What a person should know who wonders why something differs. */
function notesOn(recording: Recording, task: Task): string[] {
  const { uuid, version, hash } = recording.task;
  const notes: string[] = [];
  if (uuid !== '' && uuid !== task.uuid) notes.push(`The recording is of another task, ${uuid}.`);
  else if (hash !== '' && hash !== task.hash) {
    notes.push(
      version === task.version
        ? 'The task was changed after it was recorded.'
        : `The recording is of version ${version}; this is ${task.version}.`,
    );
  }
  if (recording.node !== process.versions.node) notes.push(`It was recorded on Node ${recording.node}; this is ${process.versions.node}.`);
  if (recording.turns !== null && recording.isCut)
    notes.push('The recording does not reach to the end of the execution: there was more of it than is kept.');
  if (recording.effects.some(({ hasBodies }) => !hasBodies))
    notes.push('Some bodies were too large to be recorded (execution.max_recorded_bytes).');
  if (recording.execution.isolation === 'warm')
    notes.push('It was recorded in a warm realm; what earlier executions left there is not recorded.');
  if (recording.masked.length > 0) notes.push(`Secrets were masked, so the task saw place holders: ${recording.masked.join(', ')}.`);
  return notes;
}
