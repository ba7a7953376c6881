import { defineError } from '#kernel/index.ts';

export const recordingRequired = defineError<Record<string, never>>('RECORDING_REQUIRED', {
  http: 400,
  exit: 'usage',
  message: () => 'Recording path is required for replay.',
  hint: () => 'Name the folder that `ratchet run-once --record <folder>` printed: --recording <folder>.',
  about: 'A replay was asked for without a recording. Nothing was run.',
});

export const recordingNotFound = defineError<{ path: string; reason: string }>('RECORDING_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ path, reason }) => `There is no recording at ${JSON.stringify(path)}: ${reason}.`,
  hint: () =>
    'Give the folder that `ratchet run-once --record` made (it holds a file named effects), that file itself, or a folder with requests.har and input.json.',
  about: 'The path of a recording leads nowhere, or to something that is no recording. Nothing was run.',
});

export const recordingInvalid = defineError<{ file: string; reason: string }>('RECORDING_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ file, reason }) => `${file} cannot be read as a recording: ${reason}.`,
  hint: () => 'Make the recording again, or replay from requests.har and input.json in a folder of their own.',
  about:
    'The file is damaged, cut short, or written by a version of Ratchet that this one does not know. A change inside a recorded answer is no such damage: the replay goes on and names the effect.',
});

export const recordingUnwritable = defineError<{ path: string; reason: string }>('RECORDING_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ path, reason }) => `The recording could not be written to ${path}: ${reason}.`,
  hint: () => 'Check that the folder can be written and the disk has room. Nothing half-written was left behind.',
  about: 'The execution has ended, but its recording could not be kept: the folder is not writable, or the disk is full.',
});
