import type { z } from 'zod';
import { mayDo, type Caller } from './caller.ts';
import { defineError, internalError, toRatchetError, type RatchetError } from './error.ts';
import type { CallContext, Operation } from './operation.ts';
import type { Problem } from './problem.ts';

export type { Problem } from './problem.ts';

export const inputRejected = defineError<{ operation: string; problems: Problem[] }>('REQUEST_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ operation, problems }) =>
    `${operation} was called with ${problems.length === 1 ? 'a wrong value' : `${problems.length} wrong values`}: ${problems
      .map((p) => (p.path ? `${p.path}: ${p.message}` : p.message))
      .join('; ')}`,
  hint: () => 'Correct the named fields and call again; the help of the command and the API reference list what each accepts.',
  about: 'The call itself is malformed: a field is missing, unknown, or of the wrong type. Nothing was run.',
});

export const notPermitted = defineError<{ operation: string; permission: string; caller: string }>('NOT_PERMITTED', {
  http: 403,
  exit: 'usage',
  message: ({ operation, permission, caller }) => `${caller} may not call ${operation}: it needs the permission ${permission}.`,
  hint: ({ permission }) => `Ask an administrator for ${permission}, or use a key that has it.`,
  about: 'The caller is known but lacks the permission the operation asks for. Nothing was run.',
});

/** One line per call, for whoever keeps the audit trail. Holds no input and no output. */
export interface AuditLine {
  operation: string;
  caller: string;
  effect: string;
  at: number;
  durationMs: number;
  /** `ok`, or the code of the error. */
  outcome: string;
}

export interface CallOptions {
  caller: Caller;
  now: () => number;
  signal?: AbortSignal;
  notify?: CallContext['notify'];
  audit?: (line: AuditLine) => void;
}

/**
 * The one way to call an operation: authorise, parse, run, check the output, audit. Surfaces only build `input` and name the caller.
 * @throws RatchetError always; anything else that is thrown inside becomes `INTERNAL_ERROR`.
 */
export async function call<Services, Input extends z.ZodType, Output extends z.ZodType>(
  op: Operation<Services, Input, Output>,
  services: Services,
  input: unknown,
  options: CallOptions,
): Promise<z.output<Output>> {
  const at = options.now();
  const finish = (outcome: string) =>
    options.audit?.({ operation: op.name, caller: options.caller.name, effect: op.effect, at, durationMs: options.now() - at, outcome });
  try {
    if (!mayDo(options.caller, op.permission)) {
      throw notPermitted({ operation: op.name, permission: op.permission, caller: options.caller.name });
    }
    const parsed = op.input.safeParse(input);
    if (!parsed.success) throw inputRejected({ operation: op.name, problems: problemsOf(parsed.error) });
    const answer = await op.run(services, parsed.data, {
      caller: options.caller,
      now: at,
      signal: options.signal ?? new AbortController().signal,
      notify: options.notify ?? (() => {}),
    });
    const checked = op.output.safeParse(answer);
    if (!checked.success) throw internalError({ what: `answer ${op.name}` }, checked.error);
    finish('ok');
    return checked.data;
  } catch (caught) {
    const error: RatchetError = toRatchetError(caught, `run ${op.name}`);
    finish(error.code);
    throw error;
  }
}

/** A schema library's complaint as plain path and message pairs. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
}
