import type { z } from 'zod';
import type { Caller } from './caller.ts';
import type { AnyErrorKind } from './error.ts';

/** How an operation shows on the command line. Flags not named here are `--kebab-case` of the input field. */
export interface CliProjection {
  /** The words after `ratchet`, such as `generate task`. */
  command: string;
  /** Input fields that may also be given without a flag, in order. */
  positional?: readonly string[];
  /** The flag of a field where its name is a habit older than ours: `path` is `--from-fs`. */
  flags?: Readonly<Record<string, string>>;
  /** Command lines that work as they stand, shown in help and run in tests. */
  examples: readonly { line: string; about: string }[];
}

/** How an operation shows over REST. */
export interface RestProjection {
  /** Method and path below /api/v1: `POST /jobs/:id/cancel`. Path parameters are fields of the input; the rest is query or body. */
  route: string;
  /** 200 unless said otherwise: 201 for what is made, 204 where there is no answer: the output is z.void(), or optional and 200 where there is one. */
  status?: 200 | 201 | 202 | 204;
  /** What the body looks like: `{data}` (or `{data, meta}` for lists), `{stats, timestamp}`, `{success, message, data}`. */
  answers?: 'data' | 'stats' | 'done';
  /** Older spellings of input fields: `{ input_data: 'input' }`. Snake case is accepted everywhere without being named. */
  aliases?: Readonly<Record<string, string>>;
}

/** The surfaces on which everything a server can be asked is served, unless `without` says why not. */
export const fullSurfaces = ['rest', 'graphql', 'cli'] as const;

/** Why something is not served on a surface that has everything else: a sentence for whoever looks for it there. */
export type Absences = Readonly<Partial<Record<(typeof fullSurfaces)[number], string>>>;

export interface Surfaces {
  cli?: CliProjection;
  rest?: string | RestProjection;
  graphql?: string;
  mcp?: string;
  without?: Absences;
}

/** What an operation may lean on while it runs. */
export interface CallContext {
  readonly caller: Caller;
  /** When the call began, in milliseconds since 1970 UTC. */
  readonly now: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Things worth showing while a long call goes on: log lines, progress, effects. */
  readonly notify: (event: CallEvent) => void;
}

export type CallEvent =
  | { type: 'log'; level: string; message: string; at: number }
  | { type: 'progress'; update: unknown }
  | { type: 'phase'; name: string }
  /** Something the caller has to know at once, word for word. */
  | { type: 'notice'; message: string };

export interface OperationSpec<Services, Input extends z.ZodType, Output extends z.ZodType> {
  /** `noun.verb`, unique: `tasks.validate`. */
  name: string;
  /** One line, imperative, no full stop. */
  summary: string;
  /** A paragraph: what happens, what does not, what to expect. */
  details: string;
  input: Input;
  output: Output;
  /** Every error of ours this can end with, apart from those of the calling path itself. */
  errors: readonly AnyErrorKind[];
  /** Whether it changes anything: decides HTTP methods, MCP hints and what is audited. */
  effect: 'read' | 'write' | 'destroy';
  permission: string;
  on: Surfaces;
  run: (services: Services, input: z.output<Input>, context: CallContext) => Promise<z.input<Output>>;
}

export type Operation<Services = never, Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = OperationSpec<
  Services,
  Input,
  Output
> & { readonly isOperation: true };

/** Defines one thing a caller can ask. Every surface is derived from this and nothing else. Its type keeps the name, for the typed client. */
export function operation<Services, Input extends z.ZodType, Output extends z.ZodType, const Name extends string>(
  spec: OperationSpec<Services, Input, Output> & { name: Name },
): Operation<Services, Input, Output> & { readonly name: Name } {
  return Object.freeze({ ...spec, isOperation: true as const });
}
