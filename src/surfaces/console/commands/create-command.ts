import { inputRejected } from '#kernel/index.ts';
import type { Command } from '#surfaces/cli/command.ts';
import { connect } from '#surfaces/cli/remote/connection.ts';
import { showAnswer } from '#surfaces/cli/remote/show-answer.ts';
import type { Client } from '#surfaces/client/client.ts';
import { generateFromTemplateOperation, listTemplatesOperation } from '#tasks/templates/operations.ts';
import { z } from 'zod';
import { needsTerminal } from '../errors.ts';
import type { Hands } from '../hands.ts';
import { fillForm } from './fill-form.ts';

interface Asked {
  readonly isAsked: true;
  readonly answer: unknown;
}

/** `task create`: of a folder as on the command line, or with --interactive of a template that a person fills in. */
export function createCommand(usual: Command, hands: Hands): Command {
  const { path, ...others } = (usual.operation.input as z.ZodObject).shape as Record<string, z.ZodType>;
  return {
    ...usual,
    operation: {
      ...usual.operation,
      input: z.object({
        path: (path as z.ZodString).optional(),
        interactive: z.boolean().default(false).describe('Ask for a template and what it needs, and store what it makes'),
        ...others,
      }),
    },
    async run(typed, parts, options) {
      const { interactive, ...given } = typed;
      const { signal = new AbortController().signal } = options;
      if (interactive !== true) {
        if (given['path'] !== undefined) return usual.run(given, parts, options);
        const message = 'is needed: the folder or ZIP file of the task. With --interactive a template takes its place';
        throw inputRejected({ operation: 'task create', problems: [{ path: 'path', message }] });
      }
      if (hands.keyboard === null) throw needsTerminal({ command: 'task create --interactive' });
      const answer = await generated(connect(typed, parts), (question) => hands.ask(question, signal), signal);
      return { isAsked: true, answer } satisfies Asked;
    },
    show(got, screen, input) {
      if ((got as Partial<Asked>).isAsked !== true) return usual.show(got, screen, input);
      return showAnswer((got as Asked).answer, screen, { noun: 'tasks', now: Date.now(), width: null, isDone: true, look: screen.look });
    },
  };
}

async function generated(client: Client, ask: (question: string) => Promise<string | null>, signal: AbortSignal): Promise<unknown> {
  const { templates } = await client.call(listTemplatesOperation, {}, { signal });
  const choice = {
    properties: {
      template: {
        enum: templates.map(({ name }) => name),
        description: templates.map(({ name, description }) => `  ${name}: ${description}`).join('\n'),
      },
      name: { type: 'string', description: 'Letters, digits, - and _' },
      description: { type: 'string' },
    },
    required: ['template', 'name'],
  };
  const { template, name, description } = (await fillForm(choice, ask)) as { template: string; name: string; description?: string };
  const parameters = await fillForm(schemaOf(templates.find((one) => one.name === template)!.parameters), ask);
  const { name: made, task } = await client.call(
    generateFromTemplateOperation,
    {
      template,
      name: name.trim(),
      ...(description === undefined ? {} : { description }),
      parameters: parameters as Record<string, unknown>,
      store: true,
    },
    { signal },
  );
  return { message: `The task ${made} is stored; run it with: task execute ${made}`, task };
}

type Parameter = Readonly<Record<'name' | 'type' | 'description', string>> & {
  readonly required: boolean;
  readonly usual: unknown;
  readonly choices: readonly string[];
};

const types: Readonly<Record<string, string>> = { TEXT: 'string', URL: 'string', NUMBER: 'number', TEXTS: 'array', HEADERS: 'object' };

/** The parameters of a template, as the schema of a form. */
function schemaOf(parameters: readonly Parameter[]): Readonly<Record<string, unknown>> {
  const properties = parameters.map(({ name, type, description, required, usual, choices }) => [
    name,
    {
      ...(choices.length > 0 ? { enum: choices } : { type: types[type] ?? 'string' }),
      description,
      ...(required ? {} : { default: usual }),
    },
  ]);
  return {
    properties: Object.fromEntries(properties) as unknown,
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}
