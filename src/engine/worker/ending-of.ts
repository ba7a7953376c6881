import type { Ending } from '../protocol.ts';
import { CheckStopped } from './checker.ts';

/** Whether V8 stopped code because its time was up. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Script execution timed out.';
}

/**
 * How an execution ends when an isolate, or a check, throws past the realm.
 * @param otherwise what it means when nothing in the error says so
 */
export function endingOf(error: unknown, otherwise: Ending): { ending: Ending; text: string } {
  if (error instanceof CheckStopped) return { ending: error.reason, text: '' };
  if (isTimeout(error)) return { ending: 'cpu', text: '' };
  const message = error instanceof Error ? error.message : String(error);
  if (/disposed|memory limit|out of memory|Array buffer allocation failed/i.test(message)) return { ending: 'memory', text: '' };
  const name = error instanceof Error ? error.name : 'Error';
  const stack = error instanceof Error ? String(error.stack) : '';
  const threw = { kind: 'threw', name, message, stack, fields: {}, unhandled: true };
  return { ending: otherwise, text: JSON.stringify(otherwise === 'failure' ? threw : { name, message, stack }) };
}
