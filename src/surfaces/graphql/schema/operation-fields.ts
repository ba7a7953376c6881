import { listingOf, jsonSchemaOf, restRouteOf, type AnyOperation } from '#surfaces/rest/index.ts';
import type { ListPage } from '#kernel/index.ts';
import { GraphQLNonNull, type GraphQLArgumentConfig, type GraphQLOutputType } from 'graphql';
import type { Thing } from './context.ts';
import type { Enums } from './enums.ts';
import { readFields, type InputField, type InputTypes } from './inputs.ts';
import { listAnswer, listFilters, pageOf, PaginationInput, PaginationMeta, SortInput } from './list-fields.ts';
import { camelCase, pascalCase } from './names.ts';
import type { Field, OutputTypes } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

export interface OperationParts {
  readonly enums: Enums;
  readonly inputs: InputTypes;
  readonly outputs: OutputTypes;
}

/** Whether an operation is a field of Query; else it is one of Mutation. */
export function isQuery(operation: AnyOperation): boolean {
  const route = restRouteOf(operation);
  return operation.effect === 'read' && (route === null || route.method === 'GET');
}

/** The field of an operation: arguments made of its input, type made of its output. */
export function operationField(operation: AnyOperation, name: string, parts: OperationParts): Field {
  const description = `${operation.summary}. ${operation.details}`;
  return isQuery(operation) && listingOf(operation.input) !== null
    ? listField(operation, description, parts)
    : { ...plainField(operation, name, parts), description };
}

const ofLists = new Set(['filter', 'sort', 'limit', 'offset', 'after']);

function listField(operation: AnyOperation, description: string, { enums, inputs, outputs }: OperationParts): Field {
  const listing = listingOf(operation.input)!;
  const root = jsonSchemaOf(operation.output, 'output');
  const item = outputs.of({ schema: root.properties!['items']!.items!, root }, pascalCase(listing.noun)).type as GraphQLOutputType & {
    name: string;
  };
  const filters = listFilters(listing, item.name, enums);
  const input = jsonSchemaOf(operation.input, 'input');
  const others = inputs.fieldsOf(withoutListFields(input), '');
  const type = outputs.object(`${item.name}List`, `A page of a list of ${listing.noun}.`, () => ({
    items: { type: always(listOf(item)), description: 'The page.' },
    meta: { type: always(PaginationMeta), description: 'Where the page stands in the list.', extensions: { isFree: true } },
  }));
  return {
    description,
    type: always(type),
    args: {
      ...argsOf(others),
      filters: { type: filters.type, description: 'What the list is narrowed by.' },
      sort: { type: SortInput, description: `Unless said: ${listing.sort.field}, ${listing.sort.order.toUpperCase()}.` },
      limit: { type: scalars.int, description: 'Items on the page, at most 100. Unless said: 50.' },
      offset: { type: scalars.int, description: 'Items to pass over.' },
      after: { type: scalars.text, description: 'What an earlier page gave as `next`; cheap however deep.' },
      pagination: { type: PaginationInput, description: 'An older way to say limit and offset.' },
    },
    extensions: { isList: true },
    async resolve(_parent, args: Thing, { ask }) {
      const page = pageOf(args);
      const sort = args['sort'] as { field: string; direction?: 'asc' | 'desc' | null } | null | undefined;
      const found = (await ask(operation.name, {
        ...readFields(others, args),
        filter: filters.read(args['filters']),
        ...page,
        ...(sort ? { sort: { field: camelCase(sort.field), order: sort.direction ?? 'asc' } } : {}),
      })) as ListPage<unknown>;
      return listAnswer(found, page);
    },
  };
}

function withoutListFields(schema: ReturnType<typeof jsonSchemaOf>) {
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([key]) => !ofLists.has(key)));
  return { schema: { ...schema, properties }, root: schema };
}

function plainField(operation: AnyOperation, name: string, parts: OperationParts): Omit<Field, 'description'> {
  const { inputs } = parts;
  const route = restRouteOf(operation);
  const schema = jsonSchemaOf(operation.input, 'input');
  const inputName = `${pascalCase(name)}Input`;
  const fields = inputs.fieldsOf({ schema, root: schema }, inputName);
  const isFlat = isQuery(operation);
  const own = new Map([...fields].filter(([, { key }]) => isFlat || route?.params.includes(key)));
  const inside = withAliases(new Map([...fields].filter(([field]) => !own.has(field))), route?.aliases ?? {});
  const answer = answerOf(operation, name, parts);
  const args: Record<string, GraphQLArgumentConfig> = argsOf(own);
  if (inside.size > 0) {
    const type = inputs.object(inputName, `What ${name} is given.`, inside);
    const isRequired = [...inside.values()].some((field) => field.isRequired);
    args['input'] = { type: isRequired ? always(type) : type, description: 'What it is given.' };
  }
  return {
    type: answer.type,
    args,
    extensions: { cost: isFlat ? 1 : 10 },
    async resolve(_parent, said: Thing, { ask }) {
      return answer.read(await ask(operation.name, { ...readFields(inside, said['input']), ...readFields(own, said) }));
    },
  };
}

/** Older spellings of fields, as the operation names them. */
function withAliases(fields: Map<string, InputField>, aliases: Readonly<Record<string, string>>): ReadonlyMap<string, InputField> {
  for (const [alias, key] of Object.entries(aliases)) {
    const entry = [...fields].find(([, field]) => field.key === key);
    if (entry === undefined || fields.has(camelCase(alias))) continue;
    const [name, field] = entry;
    const type = field.config.type instanceof GraphQLNonNull ? field.config.type.ofType : field.config.type;
    // Either of the two may be said, so neither can be demanded here; the operation demands one.
    fields.set(name, { ...field, isRequired: false, config: { ...field.config, type } });
    fields.set(camelCase(alias), {
      ...field,
      isRequired: false,
      config: { type, description: `The same as ${name}.`, deprecationReason: `Say ${name}.` },
    });
  }
  return fields;
}

interface Answer {
  readonly type: GraphQLOutputType;
  readonly read: (value: unknown) => unknown;
}

/** What a field answers with: a thing itself where the answer is the thing and a message; true where it is gone. */
function answerOf(operation: AnyOperation, name: string, { outputs }: OperationParts): Answer {
  const root = jsonSchemaOf(operation.output, 'output');
  const query = isQuery(operation);
  const maybe = (type: GraphQLOutputType): GraphQLOutputType => (query ? type : always(type));
  const route = restRouteOf(operation);
  if (route?.method === 'DELETE' || route?.status === 204) return { type: always(scalars.flag), read: () => true };
  const keys = Object.keys(root.properties ?? {});
  const inner = keys.find((key) => key !== 'message');
  if (keys.length === 2 && keys.includes('message') && root.properties![inner!]!.$ref !== undefined) {
    return { type: maybe(outputs.of({ schema: root.properties![inner!]!, root }, name).type), read: (value) => (value as Thing)[inner!] };
  }
  const isStats = name.endsWith('Stats');
  const { type } = outputs.of({ schema: root, root }, isStats ? pascalCase(name) : `${pascalCase(name)}Answer`);
  return { type: isStats ? always(type) : maybe(type), read: (value) => value };
}

function argsOf(fields: ReadonlyMap<string, InputField>): Record<string, GraphQLArgumentConfig> {
  return Object.fromEntries([...fields].map(([name, { config }]) => [name, config]));
}
