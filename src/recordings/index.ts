export * from './errors.ts';
export { decodeRecording, encodeRecording } from './format/recording-file.ts';
export { readRecording } from './format/recording-folder.ts';
export { recordingOf } from './recording-of.ts';
export { storedRecordings } from './stored-recording.ts';
export type { RecordedEffect, RecordedError, Recording } from './recording.ts';
export { createRecordings, type Recordings } from './recordings.ts';
export { secretNames } from './masking/secret-names.ts';
