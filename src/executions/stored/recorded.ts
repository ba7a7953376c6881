import type { Settings } from '#kernel/index.ts';
import type { ExecutionLogLine, ProgressReport } from '../execution.ts';

/** Headers and body of one direction of a request; a body as text where it is text, else in base64. */
export interface RecordedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: { readonly text: string } | { readonly base64: string } | null;
}

/** What a recording holds beyond what is stored of its execution anyway, as plain data. */
export interface InsideOfRecording {
  readonly turns: readonly string[];
  readonly progress: readonly ProgressReport[];
  readonly logs: readonly (Omit<ExecutionLogLine, 'arrivedMs'> & { readonly arrivedMs?: number | undefined })[];
  readonly effects: readonly {
    readonly number: number;
    readonly request: RecordedMessage | null;
    readonly response: RecordedMessage | null;
  }[];
}

/** Reads the bytes of effects files; the recordings feature does. Names are those of errors. */
export interface ExecutionRecordings {
  /** @throws RECORDING_INVALID */
  inside(bytes: Uint8Array, name: string): InsideOfRecording;
  /** Requests as HAR 1.2. @throws RECORDING_INVALID */
  har(bytes: Uint8Array, name: string): unknown;
  /** JSON text without the values of fields that have the names of secrets. */
  withoutSecrets(json: string, settings: Settings): string;
}
