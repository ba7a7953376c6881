import type { CallOptions, Listing, Operation } from '#kernel/index.ts';
import type { Client } from '#surfaces/client/client.ts';
import { z } from 'zod';
import type { CliParts, Command, Screen, Shown } from '../command.ts';
import { kebab } from '../project.ts';
import { confirm } from './confirm.ts';
import { connectionFlags } from './connection-flags.ts';
import { connect, withoutConnection } from './connection.ts';
import { comingTime, listFlags, listInputOf, pastTime } from './list-flags.ts';
import { showAnswer, type View } from './show-answer.ts';

type Input = Readonly<Record<string, unknown>>;

/** An operation that a server is asked for: what it leans on there is not known here. */
export type RemoteOperation = Pick<Operation, 'name' | 'summary' | 'details' | 'input' | 'output' | 'errors' | 'effect' | 'on'>;

/** How one command differs from what follows from its operation. */
export interface RemoteSpec {
  /** Draws an answer; the usual way does for most. */
  readonly show?: (answer: unknown, screen: Screen, view: View) => Shown;
  /** Flags of the command that are none of the operation's fields. */
  readonly moreFlags?: Readonly<Record<string, z.ZodType>>;
  /** Fields of the operation that the command line does not offer. */
  readonly hides?: readonly string[];
  /** Which fields may be given bare, where that differs. */
  readonly positional?: readonly string[];
  readonly moreExamples?: readonly { line: string; about: string }[];
  /** What to ask a person before; null: nothing. */
  readonly asks?: (input: Input) => string | null;
  /** Calls the server; the operation with the input as it is, unless said otherwise. */
  readonly perform?: (client: Client, operation: RemoteOperation, input: Input, more: Performing) => Promise<unknown>;
}

export interface Performing {
  readonly parts: CliParts;
  readonly options: CallOptions;
}

/** Puts an operation of a server on the command line: flags from its input, the call through the client, the answer for people or programs. */
export function remoteCommand(operation: RemoteOperation, spec: RemoteSpec = {}): Command {
  const { show = showAnswer, moreFlags = {}, hides = [], asks, perform = performAsItIs } = spec;
  const listing = operation.input.meta()?.['listing'] as Listing | undefined;
  const cli = operation.on.cli!;
  const own = Object.entries((operation.input as z.ZodObject).shape);
  const fields = listing === undefined ? own : own.filter(([name]) => !listFields.has(name));
  return {
    operation: {
      ...operation,
      input: z.object({
        ...(listing === undefined ? {} : listFlags(listing)),
        ...Object.fromEntries(fields.filter(([name]) => !hides.includes(name))),
        ...moreFlags,
        ...(asks === undefined ? {} : { yes: z.boolean().default(false).describe('Do not ask before it is done') }),
        ...connectionFlags,
      }),
      on: {
        cli: {
          ...cli,
          ...(spec.positional === undefined ? {} : { positional: spec.positional }),
          examples: [...cli.examples, ...(spec.moreExamples ?? [])],
        },
      },
    },
    async run(typed, parts, options) {
      const { yes, ...given } = withoutConnection(typed);
      const now = options.now();
      const input = listing === undefined ? withTimes(operation, given, now) : listInputOf(listing, given, now);
      const client = connect(typed, parts);
      const question = yes === true ? null : (asks?.(input) ?? null);
      if (question !== null) await confirm(question, parts, options.signal);
      const answer = await perform(client, operation, input, { parts, options });
      const { rest } = operation.on;
      const view: View = {
        noun: operation.name.split('.')[0]!,
        now: options.now(),
        width: parts.window?.size().columns ?? null,
        isDone: typeof rest === 'object' && rest.answers === 'done',
        look: parts.screen.look,
      };
      return { answer, view };
    },
    show(got, screen) {
      const { answer, view } = got as { answer: unknown; view: View };
      return show(answer, screen, view);
    },
  };
}

/** Fields of the input of a list that have flags of their own here. */
const listFields = new Set(['filter', 'sort', 'limit', 'offset', 'after']);

const performAsItIs: NonNullable<RemoteSpec['perform']> = (client, operation, input, { options }) =>
  client.call(operation, input, { signal: options.signal });

/** Times may be given as durations: those that bound the past (`--completed-before 7d`) count back, others (`--run-at 10m`) forth. */
function withTimes({ input: schema }: RemoteOperation, input: Input, now: number): Input {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Timed> };
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (!isTime(properties[name]) || typeof value !== 'string') return [name, value];
      const read = /(?:Before|After|Since|Until)$|^(?:since|until|before|after)$/.test(name) ? pastTime : comingTime;
      return [name, read(value, now, `--${kebab(name)}`)];
    }),
  );
}

interface Timed {
  readonly format?: string;
  readonly anyOf?: readonly Timed[];
}

/** Whether it is a time, or a time or null. */
function isTime(schema: Timed | undefined): boolean {
  return schema?.format === 'date-time' || (schema?.anyOf?.some(isTime) ?? false);
}
