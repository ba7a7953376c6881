import { inputRejected, internalError, problemsOf } from '#kernel/index.ts';
import { z } from 'zod';
import type { McpTool, ObjectSchema, ToolContext, ToolKind } from '../offer.ts';
import { boundedAnswer } from './bounded-answer.ts';
import { compactAnswer, compactArguments, fullSchema } from './compact-schema.ts';
import { readArguments } from './read-arguments.ts';

/** What a call does to the world, for clients that ask before they let a model do it. */
export type ToolHints = McpTool['hints'];

export const reads: ToolHints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
export const writes: ToolHints = { readOnly: false, destructive: false, idempotent: false, openWorld: false };
/** Runs code that may send requests anywhere it is allowed to. */
export const runs: ToolHints = { readOnly: false, destructive: true, idempotent: false, openWorld: true };
export const destroys: ToolHints = { readOnly: false, destructive: true, idempotent: true, openWorld: false };

/** What a tool comes to: its answer in full; it is cut to a length that a model can read before it is sent. */
export interface Reply<Answer> {
  readonly answer: Answer;
  /** What is shown where only text is read, made of the answer as it is sent; JSON of all of it unless given. */
  readonly text?: (sent: Answer) => string;
  readonly isError?: boolean;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** How to get what was cut off: a sentence. */
  readonly rest?: string;
  /** The tool has seen to its length itself, because a part of it would be of no use. */
  readonly isWhole?: boolean;
}

export interface ToolSpec<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: `ratchet_${string}`;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly hints: ToolHints;
  /** Snake case; what stands in `describe` is sent to every client with every list, so only what a name cannot say. */
  readonly input: Input;
  readonly output: Output;
  readonly run: (input: z.output<Input>, context: ToolContext) => Promise<Reply<z.input<Output>>>;
}

/** A tool with its schemas in full, for the reference page. */
export interface DefinedTool extends McpTool {
  readonly full: { readonly input: ObjectSchema; readonly output: ObjectSchema };
}

/** Laid out JSON is for people, who read little of it; a long answer is read by a model, to which every blank costs. */
const longestLaidOut = 4_000;

function textOf(sent: object, own: string | null): { readonly text?: string } {
  if (own !== null) return { text: own };
  const json = JSON.stringify(sent);
  return json.length > longestLaidOut ? { text: json } : {};
}

/** Stands in every answer that was cut. */
const Truncated = z
  .object({ parts: z.array(z.string()), rest: z.string() })
  .optional()
  .describe('Only where the answer was cut: what, and how to get the rest');

/** Defines a tool: arguments are read and checked, the answer is checked and cut, schemas are derived. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(spec: ToolSpec<Input, Output>): DefinedTool {
  const { name, title, description, kind, hints } = spec;
  const input = fullSchema(spec.input, 'input');
  const full = { input, output: fullSchema(spec.output.extend({ truncated: Truncated }), 'output') };
  return {
    name,
    title,
    description,
    kind,
    hints,
    input: compactArguments(input),
    output: compactAnswer(fullSchema(spec.output, 'output'), input),
    full,
    async run(said, context) {
      const parsed = spec.input.safeParse(readArguments(name, input, said));
      if (!parsed.success) throw inputRejected({ operation: name, problems: problemsOf(parsed.error) });
      const { answer, text, isError, meta, rest, isWhole } = await spec.run(parsed.data, context);
      const checked = spec.output.safeParse(answer);
      if (!checked.success) throw internalError({ what: `answer ${name}` }, checked.error);
      const sent = isWhole ? checked.data : boundedAnswer(checked.data, rest ?? null);
      return {
        structured: sent,
        ...textOf(sent, text === undefined ? null : text(sent as z.input<Output>)),
        ...(isError === undefined ? {} : { isError }),
        ...(meta === undefined ? {} : { meta }),
      };
    },
  };
}
