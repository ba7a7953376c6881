import { inspect } from 'node:util';
import { RatchetError, type ExitName } from '#kernel/index.ts';
import { printable, type Paint } from './terminal.ts';

/** An error as a command shows it; also what is left of one that travelled as data. */
export interface ShownError {
  code: string;
  message: string;
  hint: string;
  retryable: boolean;
  data: Record<string, unknown>;
  cause?: unknown;
  /** How the command ends; as the code says where this is absent. */
  exit?: ExitName;
}

/** One line of JSON for programs: what happened, what to do, and where it is explained. */
export function errorJson(error: ShownError): string {
  const { code, message, hint, retryable, data } = error;
  return JSON.stringify({ error: { code, message, hint, retryable, data, documentation: documentationOf(code) } });
}

/**
 * Text for a person: the message, the author's own stack, causes, what to do, and the page that explains the code.
 * @param withStacks adds our own stacks, for `--log-level debug`
 */
export function errorText(error: ShownError, paint: Paint, withStacks = false): string {
  const lines = [`${paint(['bold', 'red'], 'Error:')} ${printable(error.message)}`];
  for (const frame of framesOf(error.data)) lines.push(paint('dim', `    at ${printable(frame)}`));
  let cause = error.cause;
  for (let depth = 0; cause !== undefined && cause !== null && depth < 5; depth++) {
    const stack = withStacks && cause instanceof Error ? cause.stack : undefined;
    lines.push(`${paint('bold', 'Caused by:')} ${printable(stack ?? causeText(cause))}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  if (withStacks && error instanceof RatchetError && error.stack) lines.push(paint('dim', error.stack.split('\n').slice(1).join('\n')));
  if (typeof error.data['usage'] === 'string') lines.push(`${paint('bold', 'Usage:')} ${error.data['usage']}`);
  lines.push(`${paint('bold', 'Hint:')} ${printable(error.hint)}`);
  lines.push(paint('dim', `See ${documentationOf(error.code)} (${error.code})`));
  return `${lines.join('\n')}\n`;
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : inspect(cause, { depth: 2 });
}

/** Where an error code is explained, from the root of the repository. */
export function documentationOf(code: string): string {
  return `docs/errors/${code}.md`;
}

function framesOf(data: Record<string, unknown>): string[] {
  const frames = Array.isArray(data['frames']) ? (data['frames'] as unknown[]) : [];
  return frames.slice(0, 20).flatMap((frame) => {
    if (typeof frame !== 'object' || frame === null) return [];
    const { function: name, file, line, column } = frame as Record<string, unknown>;
    const place = `${String(file)}:${String(line)}:${String(column)}`;
    return [typeof name === 'string' && name !== '' ? `${name} (${place})` : place];
  });
}
