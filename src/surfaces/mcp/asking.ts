import type { CallContext, Operation, Stream, StreamEvent } from '#kernel/index.ts';
import type { z } from 'zod';

export interface AskSettings {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call, where the server is another process. */
  readonly timeoutMs?: number | undefined;
  /** Told what is worth showing meanwhile, where the server is this process. */
  readonly notify?: CallContext['notify'] | undefined;
}

/**
 * How tools call operations, wherever the server is: in this process, or elsewhere behind its REST routes. It calls for one client, so
 * what that client may not do, and tasks it may not see, are refused here, whatever the tool forgot.
 */
export interface Asking {
  /** @throws RatchetError as the operation does, and for what the client may not */
  readonly call: <Input extends z.ZodType, Output extends z.ZodType>(
    operation: Asked<Input, Output>,
    input: z.input<Input>,
    settings?: AskSettings,
  ) => Promise<z.output<Output>>;
  /** @throws RatchetError, while it is being iterated */
  readonly follow: <Input extends z.ZodType, Data extends z.ZodType>(
    stream: Followed<Input, Data>,
    input: z.input<Input>,
    settings?: { readonly signal?: AbortSignal | undefined; readonly after?: string | null | undefined },
  ) => AsyncIterable<StreamEvent<z.output<Data>>>;
}

/** An operation, seen from whoever calls it: what runs it needs is not known here. */
export type Asked<Input extends z.ZodType, Output extends z.ZodType> = Pick<
  Operation<never, Input, Output>,
  'name' | 'errors' | 'on' | 'effect' | 'permission'
> & { readonly input: Input; readonly output: Output };

/** A stream, seen the same way. */
export type Followed<Input extends z.ZodType, Data extends z.ZodType> = Pick<
  Stream<never, Input, Data>,
  'name' | 'errors' | 'on' | 'permission'
> & {
  readonly input: Input;
  readonly data: Data;
};
