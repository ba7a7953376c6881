import type { StreamEvent } from '#kernel/index.ts';
import type { z } from 'zod';
import type { CallSettings, Client, ClientOperation, ClientStream } from './client.ts';
import type { FollowOptions } from './follow.ts';

/** What a client is made of: operations and streams, whose names say noun and verb. */
export type Offered =
  | (ClientOperation<z.ZodType, z.ZodType> & { readonly isOperation: true })
  | (ClientStream<z.ZodType, z.ZodType> & { readonly isStream: true });

/** An operation as its caller sees it: nothing of what runs it. */
export interface Asked<Name extends string, Input extends z.ZodType, Output extends z.ZodType> {
  readonly name: Name;
  readonly input: Input;
  readonly output: Output;
}

/** A stream as whoever follows it sees it. */
export interface Followed<Name extends string, Input extends z.ZodType, Data extends z.ZodType> {
  readonly name: Name;
  readonly input: Input;
  readonly data: Data;
}

/** Operations and streams without what runs them, so that the types of a client do not lead into the server. */
export type Shapes<Ops extends readonly Offered[]> = { readonly [At in keyof Ops]: ShapeOf<Ops[At]> };

type ShapeOf<One> = One extends {
  name: infer Name extends string;
  input: infer Input extends z.ZodType;
  data: infer Data extends z.ZodType;
}
  ? Followed<Name, Input, Data>
  : One extends { name: infer Name extends string; input: infer Input extends z.ZodType; output: infer Output extends z.ZodType }
    ? Asked<Name, Input, Output>
    : never;

type AnyShape = Asked<string, z.ZodType, z.ZodType> | Followed<string, z.ZodType, z.ZodType>;

/** `jobs.show` of operations `jobs.show`, `jobs.list`, ...: a method of each, grouped by noun. */
export type ClientOf<Ops extends readonly AnyShape[]> = {
  readonly [Noun in NounOf<Ops[number]['name']>]: {
    readonly [One in Extract<Ops[number], { name: `${Noun}.${string}` }> as VerbOf<One['name']>]: MethodOf<One>;
  };
};

type NounOf<Name extends string> = Name extends `${infer Noun}.${string}` ? Noun : never;
type VerbOf<Name extends string> = Name extends `${string}.${infer Verb}` ? Verb : never;

/** Inputs that may be left out need not be given as `{}`. */
type Given<Input, Settings> =
  Record<string, never> extends Input ? [input?: Input, settings?: Settings] : [input: Input, settings?: Settings];

type MethodOf<One extends AnyShape> = One extends { readonly data: infer Data extends z.ZodType }
  ? (...given: Given<z.input<One['input']>, FollowOptions>) => AsyncGenerator<StreamEvent<z.output<Data>>, void, undefined>
  : One extends { readonly output: infer Output extends z.ZodType }
    ? (...given: Given<z.input<One['input']>, CallSettings>) => Promise<z.output<Output>>
    : never;

/** Only those that are served over REST, and of their types only what a caller sees. */
export function offered<const Ops extends readonly Offered[]>(
  operations: Ops,
): { readonly all: readonly Offered[]; readonly shapes: Shapes<Ops> } {
  // Types only: the shapes are the operations themselves, seen from outside.
  return { all: operations.filter(({ on }) => on.rest !== undefined), shapes: operations as unknown as Shapes<Ops> };
}

/** A method for each of the operations and streams. */
export function clientOf<Ops extends readonly AnyShape[]>(
  client: Client,
  { all }: { readonly all: readonly Offered[]; readonly shapes: Ops },
): ClientOf<Ops> {
  const nouns: Record<string, Record<string, unknown>> = {};
  for (const one of all) {
    const [noun, verb] = one.name.split('.') as [string, string];
    const methods = (nouns[noun] ??= {});
    methods[verb] =
      'isStream' in one
        ? (input: unknown = {}, options?: FollowOptions) => client.follow(one, input, options)
        : (input: unknown = {}, settings?: CallSettings) => client.call(one, input, settings);
  }
  return nouns as ClientOf<Ops>;
}
