/**
 * What the page is made of: the trace, put in order for showing. Written by the host, read by the script of the page, so it is plain
 * JSON, and this file holds nothing but types. Times are milliseconds since the execution began.
 */
export interface PageData {
  readonly title: string;
  readonly task: { readonly label: string; readonly version: string; readonly uuid: string };
  readonly id: string;
  readonly state: 'completed' | 'failed';
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Length of the time axis. */
  readonly totalMs: number;
  readonly facts: readonly { readonly name: string; readonly value: string; readonly about: string }[];
  readonly error: PageError | null;
  readonly input: PageText | null;
  readonly output: PageText | null;
  /** By time. An event's place in this list is its number on the page. */
  readonly events: readonly PageEvent[];
  readonly flame: readonly FlameBar[];
  readonly hotLines: readonly HotLine[];
  readonly sources: readonly PageSource[];
  /** What a reader must know that does not show otherwise, such as that lines were left out. */
  readonly notes: readonly string[];
}

export interface PageError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Class of what the task threw; null for errors of the platform. */
  readonly errorClass: string | null;
  readonly frames: readonly (Site & { readonly name: string })[];
  /** Other details of the error as JSON text; null where there are none. */
  readonly details: PageText | null;
}

/** A place in the author's files. */
export interface Site {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A text, perhaps cut. */
export interface PageText {
  readonly text: string;
  /** Characters left out at the end. */
  readonly omitted: number;
  readonly kind: 'json' | 'text' | 'binary';
}

export interface PageMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: PageText | null;
}

export interface RequestEvent {
  readonly kind: 'request';
  readonly atMs: number;
  readonly endMs: number;
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly failure: { readonly name: string; readonly message: string; readonly reason: string } | null;
  readonly attempts: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly request: PageMessage | null;
  readonly response: PageMessage | null;
  readonly site: Site | null;
}

export interface LogEvent {
  readonly kind: 'log';
  readonly atMs: number;
  readonly endMs: number;
  readonly level: string;
  readonly message: PageText;
  readonly site: Site | null;
}

export interface ProgressEvent {
  readonly kind: 'progress';
  readonly atMs: number;
  readonly endMs: number;
  /** 0 to 1; null where the update names no share. */
  readonly share: number | null;
  readonly text: string;
  readonly update: PageText;
  readonly site: null;
}

/** The task's code going on after it had waited. */
export interface WakeEvent {
  readonly kind: 'wake';
  /** The same as `endMs` where the moment is known, else it lies between the two. */
  readonly atMs: number;
  readonly endMs: number;
  readonly cause: 'request' | 'timer' | 'other';
  readonly text: string;
  readonly site: null;
}

export type PageEvent = RequestEvent | LogEvent | ProgressEvent | WakeEvent;

/** A function on the stack for a while. */
export interface FlameBar {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly depth: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it is the author's own code. */
  readonly isOwn: boolean;
}

export interface HotLine {
  readonly file: string;
  readonly line: number;
  readonly selfMs: number;
}

export interface PageSource {
  readonly path: string;
  readonly text: string;
  /** Lines left out at the end. */
  readonly omittedLines: number;
}
