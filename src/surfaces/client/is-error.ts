import type { RatchetError } from '#kernel/error.ts';
import type { ErrorData, OperationErrors } from './ratchet-client.generated.ts';

/** Codes whose data is known. A newer server may answer with others. */
export type ErrorCode = keyof ErrorData;

/** An error with one of the given codes, and the data that belongs to it. */
export type ErrorOf<Code extends ErrorCode> = { [Each in Code]: RatchetError<ErrorData[Each]> & { readonly code: Each } }[Code];

/** Every code that a call of an operation may end with: `ErrorCodeOf<'jobs.cancel'>`. */
export type ErrorCodeOf<Operation extends keyof OperationErrors> = OperationErrors[Operation];

/**
 * Whether something caught is an error of Ratchet with one of these codes; without codes, whether it is one at all. Goes by what it says and
 * not by its class, so that it holds between two copies of this package, and across frames and workers.
 */
export function isError(caught: unknown): caught is RatchetError;
export function isError<Code extends ErrorCode>(caught: unknown, ...codes: readonly [Code, ...Code[]]): caught is ErrorOf<Code>;
export function isError(caught: unknown, ...codes: readonly string[]): boolean {
  if (typeof caught !== 'object' || caught === null) return false;
  const { name, code } = caught as { readonly name?: unknown; readonly code?: unknown };
  return name === 'RatchetError' && typeof code === 'string' && (codes.length === 0 || codes.includes(code));
}
