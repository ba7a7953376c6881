import type { z } from 'zod';
import type { AnyErrorKind } from './error.ts';
import type { Absences, CallContext, CliProjection } from './operation.ts';
import type { StreamEvent } from './stream-event.ts';

export type { StreamEvent } from './stream-event.ts';

export interface StreamSpec<Services, Input extends z.ZodType, Data extends z.ZodType> {
  /** `noun.follow`, unique: `executions.followLogs`. */
  name: string;
  summary: string;
  details: string;
  input: Input;
  /** What each event carries. */
  data: Data;
  errors: readonly AnyErrorKind[];
  permission: string;
  on: { rest?: string; graphql?: string; cli?: CliProjection; console?: string; without?: Absences };
  /** @param after the id of the last event the caller has seen, or null. Ends by itself, or when `context.signal` is aborted. */
  open: (
    services: Services,
    input: z.output<Input>,
    after: string | null,
    context: CallContext,
  ) => AsyncIterable<StreamEvent<z.input<Data>>>;
}

export type Stream<Services = never, Input extends z.ZodType = z.ZodType, Data extends z.ZodType = z.ZodType> = StreamSpec<
  Services,
  Input,
  Data
> & { readonly isStream: true };

/** Defines something a caller can follow: the second shape beside `operation`, for what has no single answer. Its type keeps the name. */
export function stream<Services, Input extends z.ZodType, Data extends z.ZodType, const Name extends string>(
  spec: StreamSpec<Services, Input, Data> & { name: Name },
): Stream<Services, Input, Data> & { readonly name: Name } {
  return Object.freeze({ ...spec, isStream: true as const });
}
