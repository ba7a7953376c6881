import { definedErrors, RatchetError, type AnyErrorKind, type ExitName } from '#kernel/error.ts';

/** What a server says about a failed call. */
interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly data: Record<string, unknown>;
}

/**
 * An error as the server had it: code, message and hint word for word, its details as data. A code that this program does not know stays
 * what it is; the exit code then follows from the status.
 * @param known kinds the operation says it may end with
 * @returns null when the body is none of ours
 */
export function errorFromBody(body: unknown, status: number, known: readonly AnyErrorKind[]): RatchetError | null {
  const said = errorBodyOf(body);
  if (said === null) return null;
  const spec = (known.find(({ code }) => code === said.code) ?? definedErrors().find(({ code }) => code === said.code))?.spec;
  return new RatchetError(
    said.code,
    {
      http: status,
      exit: spec?.exit ?? exitOf(status),
      retryable: spec?.retryable ?? (status === 429 || status === 503),
      message: () => said.message,
      hint: () => said.hint,
      about: '',
    },
    said.data,
  );
}

function errorBodyOf(body: unknown): ErrorBody | null {
  const error = isRecord(body) ? body['error'] : null;
  if (!isRecord(error)) return null;
  const { code, message, hint, details } = error;
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  return {
    code,
    message,
    hint: typeof hint === 'string' && hint !== '' ? hint : 'The log of the server may tell more.',
    data: isRecord(details) ? details : details === undefined || details === null ? {} : { details },
  };
}

/** For codes that only the server knows. */
function exitOf(status: number): ExitName {
  if (status === 429 || status === 503) return 'busy';
  if (status >= 500) return 'internal';
  return status === 409 || status === 422 ? 'failed' : 'usage';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
