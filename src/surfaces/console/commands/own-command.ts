import type { CallOptions } from '#kernel/index.ts';
import type { CliParts, Command, Screen, Shown } from '#surfaces/cli/command.ts';
import { connectionFlags } from '#surfaces/cli/remote/connection-flags.ts';
import { z } from 'zod';
import type { Target } from '../connection.ts';

type Input = Readonly<Record<string, unknown>>;

/** What a command of the console works with. */
export interface Seat {
  readonly input: Input;
  /** The server that is asked. */
  readonly target: Target;
  readonly parts: CliParts;
  readonly options: CallOptions & { readonly signal: AbortSignal };
}

export interface OwnSpec {
  /** As it is typed. */
  readonly words: string;
  readonly summary: string;
  readonly details: string;
  readonly input?: Readonly<Record<string, z.ZodType>>;
  readonly positional?: readonly string[];
  readonly flags?: Readonly<Record<string, string>>;
  readonly run: (seat: Seat) => Promise<unknown>;
  readonly show: (answer: unknown, screen: Screen, input: Input) => Shown;
}

/** A command that only the console has: it puts several operations together, or shows them as only a terminal can. */
export function ownCommand({ words, summary, details, input = {}, positional = [], flags = {}, run, show }: OwnSpec): Command {
  return {
    operation: {
      name: `console.${words.replaceAll(' ', '.')}`,
      summary,
      details,
      input: z.object({ ...input, ...connectionFlags }),
      on: { cli: { command: words, positional, flags, examples: [] } },
    },
    run(typed, parts, options) {
      const target = { url: String(typed['server']), token: parts.env['RATCHET_TOKEN'] || null };
      return run({ input: typed, target, parts, options: { ...options, signal: options.signal ?? new AbortController().signal } });
    },
    show,
  };
}
