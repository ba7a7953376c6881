import type { LogLine } from '#engine/index.ts';
import { jsonDifferences, pathText, type Json } from '#kernel/index.ts';
import { sameButForSecrets } from '../masking/placeholder.ts';
import type { RecordedError, Recording } from '../recording.ts';
import { shown, type Divergence } from './divergence.ts';

/** What a run came to, masked as the recording is. */
export type Came = Pick<Recording, 'output' | 'error' | 'logs' | 'progress'>;

/** Ways in which the platform ends an execution that waits in vain: in a replay nothing more comes, which shows as the first of them. */
const vain = new Set(['TASK_NEVER_SETTLED', 'TIMED_OUT', 'CANCELLED', 'INTERRUPTED', 'WORKER_CRASHED']);

export function endedInVain(error: Pick<RecordedError, 'code'> | null): boolean {
  return error !== null && vain.has(error.code);
}

/** Compares output or error, log lines and progress. */
export function compareOutcome(recorded: Came, came: Came): Divergence[] {
  return [...compareEnds(recorded, came), ...compareLogs(recorded.logs, came.logs), ...compareProgress(recorded, came)];
}

function compareEnds(recorded: Came, came: Came): Divergence[] {
  if (recorded.error !== null || came.error !== null) {
    if (endedInVain(recorded.error) && endedInVain(came.error)) return [];
    const [expected, got] = [endText(recorded), endText(came)];
    return sameButForSecrets(expected, got)
      ? []
      : [{ kind: 'error', number: null, what: 'how it ended', expected: shown(expected), got: shown(got), site: siteOf(came.error) }];
  }
  const [expected, got] = [recorded.output ?? 'null', came.output ?? 'null'];
  if (sameButForSecrets(expected, got)) return [];
  return differences(JSON.parse(expected) as Json, JSON.parse(got) as Json).map((difference) => ({
    kind: 'output',
    number: null,
    ...difference,
    site: null,
  }));
}

/** Never the stack: where a line of the engine or of the platform has moved, nothing of the task has changed. */
function endText({ output, error }: Came): string {
  if (error === null) return `completed with ${output ?? 'null'}`;
  const { errorClass, message, status, fields, problems } = error.data;
  const facts = JSON.stringify({ errorClass, message, status, fields, problems });
  return `${error.code} ${facts === '{}' ? error.message : facts}`;
}

function siteOf(error: RecordedError | null): Divergence['site'] {
  const frames = error?.data['frames'];
  const [first] = Array.isArray(frames) ? (frames as unknown[]) : [];
  if (typeof first !== 'object' || first === null) return null;
  const { function: name, file, line, column } = first as Record<string, unknown>;
  if (typeof file !== 'string' || typeof line !== 'number' || typeof column !== 'number') return null;
  return { function: typeof name === 'string' ? name : '', file, line, column };
}

const mostDifferences = 20;

function differences(expected: Json, got: Json): Pick<Divergence, 'what' | 'expected' | 'got'>[] {
  const accepts = (was: unknown, is: unknown) => typeof was === 'string' && typeof is === 'string' && sameButForSecrets(was, is);
  const found = jsonDifferences(expected, got, { match: 'exact', accepts, most: mostDifferences });
  const text = (value: unknown) => shown(value === undefined ? 'nothing' : JSON.stringify(value));
  if (found.length > 0)
    return found.map((one) => ({ what: pathText('output', one.path), expected: text(one.expected), got: text(one.received) }));
  // The same values in another order of fields are another text.
  return [{ what: 'order of the fields', expected: text(expected), got: text(got) }];
}

function compareLogs(recorded: readonly LogLine[], came: readonly LogLine[]): Divergence[] {
  const text = (line: LogLine | undefined) => (line === undefined ? 'no further log line' : `${line.level}: ${line.message}`);
  return firstDifference('log', 'log line', recorded.map(text), came.map(text), 'no further log line');
}

function compareProgress(recorded: Came, came: Came): Divergence[] {
  const texts = ({ progress }: Came) => progress.map(({ update }) => JSON.stringify(update));
  return firstDifference('progress', 'progress report', texts(recorded), texts(came), 'no further report');
}

/** The first line that differs tells the story; those after it mostly repeat it. */
function firstDifference(
  kind: 'log' | 'progress',
  what: string,
  recorded: readonly string[],
  came: readonly string[],
  none: string,
): Divergence[] {
  for (let index = 0; index < Math.max(recorded.length, came.length); index++) {
    const [expected = none, got = none] = [recorded[index], came[index]];
    if (!sameButForSecrets(expected, got))
      return [{ kind, number: index + 1, what, expected: shown(expected), got: shown(got), site: null }];
  }
  return [];
}
