import { problemsOf } from '#kernel/call.ts';
import type { AnyErrorKind } from '#kernel/error.ts';
import type { StreamEvent } from '#kernel/stream-event.ts';
import type { z } from 'zod';
import { describedOperation, type Callable } from './described-operation.ts';
import { answerUnknown } from './errors.ts';
import type { CallSettings, ConnectOptions, FollowOptions } from './options.ts';
import { readAnswer } from './read-answer.ts';
import { readEvent } from './read-event.ts';
import { createTransport, type TransportParts } from './transport.ts';

/** An operation that is at hand itself, so that answers can be checked by its schema. */
export type ClientOperation<Input extends z.ZodType, Output extends z.ZodType> = Callable & {
  readonly input: Input;
  readonly output: Output;
  readonly errors: readonly AnyErrorKind[];
};
export type ClientStream<Input extends z.ZodType, Data extends z.ZodType> = Callable & {
  readonly input: Input;
  readonly data: Data;
  readonly errors: readonly AnyErrorKind[];
};

/** Calls operations of a server for programs of this repository, which have them at hand. Needs no closing. */
export interface Client {
  /** Where calls go, with `/api/v1`. */
  readonly url: string;
  /** Calls an operation and checks its answer by the operation's schema. @throws as `Transport.call`; ANSWER_UNKNOWN */
  call<Input extends z.ZodType, Output extends z.ZodType>(
    operation: ClientOperation<Input, Output>,
    input: z.input<Input>,
    settings?: CallSettings,
  ): Promise<z.output<Output>>;
  /** Follows a stream, connecting again where it breaks. @throws as `call`, while it is being iterated */
  follow<Input extends z.ZodType, Data extends z.ZodType>(
    stream: ClientStream<Input, Data>,
    input: z.input<Input>,
    options?: FollowOptions,
  ): AsyncGenerator<StreamEvent<z.output<Data>>, void, undefined>;
}

/** @throws SERVER_URL_INVALID */
export function createClient(options: ConnectOptions, parts?: Partial<TransportParts>): Client {
  const transport = createTransport(options, parts);
  const { url, origin } = transport;
  const checked = <Schema extends z.ZodType>(schema: Schema, value: unknown, call: string): z.output<Schema> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const problems = problemsOf(parsed.error).slice(0, 5);
    throw answerUnknown({
      url: origin,
      call,
      problems: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
    });
  };
  return {
    url,
    async call(operation, input, settings) {
      const wire = describedOperation(operation);
      const answer = await transport.call(wire, input ?? {}, settings, operation.errors);
      return checked(operation.output, readAnswer(wire, answer), operation.name);
    },
    follow: (stream, input, followOptions = {}) =>
      transport.follow(describedOperation(stream), input ?? {}, followOptions, (event) => {
        const read = readEvent(stream.name, event, origin, stream.errors);
        return { ...read, data: checked(stream.data, read.data, stream.name) };
      }),
  };
}
