import { z } from 'zod';
import { isoTime, operation, Timestamp } from '#kernel/index.ts';
import { taskInvalid, taskTooLarge } from '../errors.ts';
import { taskExists, taskFilesRefused, taskTestsFailed } from '../catalogue/errors.ts';
import { taskNamePattern } from '../catalogue/draft/task-fields.ts';
import { ShownTaskChange, shownTaskChange } from '../catalogue/shown-change.ts';
import type { CatalogueServices } from '../catalogue/task-ref.ts';
import { templateNotFound } from './errors.ts';
import { textOf } from './text-of.ts';
import { generateFromTemplate } from './generate-from-template.ts';
import type { TaskTemplate } from './template.ts';
import { taskTemplates, templateNamed } from './templates.ts';

const Parameter = z.object({
  name: z.string(),
  type: z.enum(['TEXT', 'URL', 'NUMBER', 'CHOICE', 'TEXTS', 'HEADERS']).describe('TEXTS: a list of texts; HEADERS: an object of texts.'),
  description: z.string(),
  required: z.boolean(),
  usual: z.unknown().describe('What stands in for it when it is not given.'),
  choices: z.array(z.string()).describe('Of a CHOICE.'),
});

const Template = z
  .object({
    name: z.string(),
    category: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    requiredParameters: z.array(z.string()),
    optionalParameters: z.array(z.string()),
    parameters: z.array(Parameter),
  })
  .meta({ id: 'TaskTemplate' });

const TemplateName = z.string().min(1).max(100).describe('Name of the template');

function shownTemplate({ name, category, description, tags, parameters }: TaskTemplate): z.infer<typeof Template> {
  const named = (isRequired: boolean) => parameters.filter((one) => one.isRequired === isRequired).map((one) => one.name);
  return {
    name,
    category,
    description,
    tags: [...tags],
    requiredParameters: named(true),
    optionalParameters: named(false),
    parameters: parameters.map((one) => ({
      name: one.name,
      type: one.kind.toUpperCase() as z.infer<typeof Parameter>['type'],
      description: one.describe,
      required: one.isRequired,
      usual: one.isRequired ? null : one.usual,
      choices: [...(one.choices ?? [])],
    })),
  };
}

export const listTemplatesOperation = operation({
  name: 'templates.list',
  summary: 'List the templates tasks can be generated from',
  details: 'Each with its parameters. What is generated has schemas and tests that pass, and is a task like any other.',
  input: z.object({}),
  output: z
    .object({ templates: z.array(Template), totalCount: z.number().int(), categories: z.array(z.string()) })
    .meta({ id: 'TaskTemplates' }),
  errors: [],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /templates',
    graphql: 'templates',
    mcp: 'ratchet_list_templates',
    cli: { command: 'template list', examples: [{ line: 'ratchet template list', about: 'What there is to start from' }] },
  },
  run: async () => ({
    templates: taskTemplates.map(shownTemplate),
    totalCount: taskTemplates.length,
    categories: [...new Set(taskTemplates.map(({ category }) => category))].toSorted(),
  }),
});

export const showTemplateOperation = operation({
  name: 'templates.show',
  summary: 'Show a template with its parameters and code',
  details: 'The code has a placeholder in two curly brackets for each parameter.',
  input: z.object({ name: TemplateName }),
  output: Template.extend({ code: z.string(), inputSchema: z.unknown(), outputSchema: z.unknown() }).meta({ id: 'TaskTemplateInFull' }),
  errors: [templateNotFound],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /templates/:name',
    graphql: 'template',
    cli: {
      command: 'template show',
      positional: ['name'],
      examples: [{ line: 'ratchet template show http_api_call', about: 'Its parameters and its code' }],
    },
  },
  async run(_services: object, { name }) {
    const template = templateNamed(name);
    const { code, inputSchema, outputSchema } = template;
    return { ...shownTemplate(template), code, inputSchema, outputSchema };
  },
});

export const generateFromTemplateOperation = operation({
  name: 'templates.generate',
  summary: 'Generate a task from a template',
  details:
    'Fills the parameters in and answers with the files of a task that has schemas and tests. With store, it is stored like one that is created, after its tests have run. Values of parameters stay values: nothing in them becomes code.',
  input: z.object({
    template: TemplateName,
    name: z.string().min(1).max(100).regex(taskNamePattern, 'may hold letters, digits, - and _ only').describe('Name of the new task'),
    description: z.string().max(10_000).optional().describe('What the task does'),
    parameters: z.record(z.string(), z.unknown()).default({}).describe('Values of the parameters, by name'),
    store: z.boolean().default(false).describe('Store it as a task of the server'),
  }),
  output: z
    .object({
      template: z.string(),
      templateCategory: z.string(),
      name: z.string(),
      description: z.string(),
      code: z.string(),
      inputSchema: z.unknown(),
      outputSchema: z.unknown(),
      tests: z.array(z.unknown()),
      metadata: z.record(z.string(), z.unknown()),
      files: z.record(z.string(), z.string()).describe('All of it by path, as `tasks.create` takes it.'),
      parameters: z.record(z.string(), z.unknown()).describe('What stands in it, usual values included.'),
      task: ShownTaskChange.nullable().describe('What was stored; null where nothing was to be.'),
      generatedAt: Timestamp,
    })
    .meta({ id: 'GeneratedTask' }),
  errors: [templateNotFound, taskInvalid, taskTestsFailed, taskExists, taskFilesRefused, taskTooLarge],
  effect: 'write',
  permission: 'task:create',
  on: {
    rest: 'POST /templates/:template/generate',
    graphql: 'generateFromTemplate',
    mcp: 'ratchet_generate_from_template',
    cli: {
      command: 'template generate',
      positional: ['template', 'name'],
      examples: [
        { line: `ratchet template generate validation check-order --store`, about: 'Store a task that validates records' },
        {
          line: `ratchet template generate scheduled_job nightly --parameters '{"job_name": "nightly"}'`,
          about: 'Show what would be generated',
        },
      ],
    },
  },
  async run({ catalogue, ids }: CatalogueServices, { template: wanted, name, description, parameters, store }, { caller, now }) {
    const template = templateNamed(wanted);
    const generated = generateFromTemplate(template, { name, description: description ?? null, parameters, uuid: ids.next<'task'>() });
    const change = { by: caller.name, note: `Generated from the template ${template.name}`, force: false };
    const task = store ? await shownTaskChange(catalogue, await catalogue.create(generated.files, change), null, null) : null;
    return {
      template: template.name,
      templateCategory: template.category,
      name,
      description: textOf(generated.metadata['description']),
      code: generated.code,
      inputSchema: generated.inputSchema,
      outputSchema: generated.outputSchema,
      tests: [...generated.tests],
      metadata: { ...generated.metadata },
      files: { ...generated.files },
      parameters: { ...generated.parameters },
      task,
      generatedAt: isoTime(now),
    };
  },
});

export const templateOperations = [listTemplatesOperation, showTemplateOperation, generateFromTemplateOperation] as const;
