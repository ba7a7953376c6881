import type { ListField, Listing, ListOperator } from '#kernel/index.ts';
import { z } from 'zod';
import { fieldsOf, type JsonSchema } from './json-schema.ts';
import { filterNames, type FilterName } from './list-filters.ts';
import { createComponents, type Components } from './openapi-components.ts';
import { createErrorResponses } from './openapi-errors.ts';
import { rootPaths } from './openapi-root.ts';
import { apiPrefix, nounOf, restRouteOf, type AnyOperation, type AnyStream, type RestRoute } from './projection.ts';
import { listingOf } from './read-list.ts';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  tags: { name: string; description: string }[];
  servers: { url: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, OpenApiResponse>;
    examples: Record<string, OpenApiExample>;
    parameters: Record<string, OpenApiParameter>;
  };
}

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: (OpenApiParameter | OpenApiReference)[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, OpenApiResponse>;
}

export interface OpenApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  /** False where it is absent. */
  required?: boolean;
  description?: string;
  schema: JsonSchema;
  explode?: boolean;
}

export interface OpenApiReference {
  $ref: string;
}

export interface OpenApiExample {
  value: unknown;
}

/** A reference into the components, or all the rest. */
export interface OpenApiResponse {
  $ref?: string;
  description?: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, { schema?: JsonSchema; examples?: Record<string, OpenApiReference> }>;
}

/** Describes everything that is served over REST, from the operations and streams themselves. */
export function openApiDocument(operations: readonly AnyOperation[], streams: readonly AnyStream[], version: string): OpenApiDocument {
  const components = createComponents();
  const errors = createErrorResponses();
  const paths: OpenApiDocument['paths'] = {};
  const tags = new Set<string>();
  const put = (name: string, route: RestRoute, described: Omit<OpenApiOperation, 'operationId' | 'tags'>) => {
    tags.add(nounOf(route));
    const path = (apiPrefix + route.path).replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = { operationId: name, tags: [nounOf(route)], ...described };
  };
  for (const operation of operations) {
    const route = restRouteOf(operation);
    if (route === null) continue;
    const listing = route.method === 'GET' ? listingOf(operation.input) : null;
    const parameters = parametersOf(operation.input, route, listing, components);
    put(operation.name, route, {
      summary: operation.summary,
      description: operation.details,
      parameters: [...parameters, ...(route.method === 'GET' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }])],
      ...(isQueried(route) ? {} : bodyOf(operation, route, components)),
      responses: { ...successOf(operation, route, listing, components), ...errors.of(operation.errors, route, listing !== null) },
    });
  }
  for (const stream of streams) {
    const route = restRouteOf(stream);
    if (route === null) continue;
    components.add(stream.data, 'output');
    put(stream.name, route, {
      summary: stream.summary,
      description: `${stream.details}\n\nServer-Sent Events: each carries the id to go on from, a kind and JSON data. An event \`end\` says that nothing more comes; after \`closing\` and \`dropped\` come back with Last-Event-ID.`,
      parameters: [...parametersOf(stream.input, route, null, components), ...resumption],
      responses: {
        200: { description: 'Events, for as long as there are any', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        ...errors.of(stream.errors, route, false),
      },
    });
  }
  Object.assign(paths, rootPaths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ratchet Task Execution API',
      version,
      description:
        'Runs JavaScript and TypeScript tasks in a sandbox, at once or from a durable queue. Field names may be given in camel case or snake case; answers are in camel case.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...[...tags].toSorted(), 'server'].map((name) => ({
      name,
      description: name === 'server' ? 'Health, version and metrics of the server' : `Everything about ${name}`,
    })),
    paths,
    components: {
      schemas: { ...components.schemas(), ...listSchemas() },
      responses: errors.responses(),
      examples: errors.examples(),
      parameters: { IdempotencyKey: idempotencyKey, ...pageParameters },
    },
  };
}

const idempotencyKey: OpenApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Names what is to happen once: the same request with the same key gets the first answer again.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

const resumption: OpenApiParameter[] = [
  {
    name: 'after',
    in: 'query',
    description: 'Id of the last event seen; those after it come first.',
    schema: { type: 'string' },
  },
  {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The same, as browsers send it by themselves.',
    schema: { type: 'string' },
  },
];

function parametersOf(
  input: z.ZodType,
  route: RestRoute,
  listing: Listing | null,
  components: Components,
): (OpenApiParameter | OpenApiReference)[] {
  const root = components.add(input, 'input');
  const fields = fieldsOf(root.inlined, root.inlined);
  const inPath = route.params.map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    ...describedOnce(root.fieldOf(name) ?? { type: 'string' }, fields[name]),
  }));
  if (!isQueried(route)) return inPath;
  const listed = listing === null ? [] : listParameters(listing);
  const own = new Set(['filter', 'sort', 'limit', 'offset', 'after']);
  const required = new Set(root.inlined.required ?? []);
  const inQuery = Object.keys(fields)
    .filter((name) => !route.params.includes(name) && (listing === null || !own.has(name)))
    .map((name) => ({
      name,
      in: 'query' as const,
      ...(required.has(name) ? { required: true } : {}),
      ...describedOnce(root.fieldOf(name) ?? {}, fields[name]),
    }));
  return [...inPath, ...inQuery, ...listed];
}

/** Bodies of DELETE get lost on the way, so its fields are taught as a query. */
function isQueried({ method }: RestRoute): boolean {
  return method === 'GET' || method === 'DELETE';
}

/** A parameter says what it is; its schema need not say it again. */
function describedOnce(schema: JsonSchema, field: JsonSchema | undefined): { description?: string; schema: JsonSchema } {
  const { description, ...rest } = schema;
  const said = field?.['description'] ?? description;
  return typeof said === 'string' ? { description: said, schema: rest } : { schema };
}

function listParameters(listing: Listing): (OpenApiParameter | OpenApiReference)[] {
  const fields = Object.entries<ListField>(listing.fields);
  const sortable = fields.filter(([, { isSortable }]) => isSortable === true).map(([name]) => name);
  return [
    ...Object.keys(pageParameters).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    query('_sort', 'Field to sort by', { type: 'string', enum: sortable, default: listing.sort.field }),
    query('_order', 'Direction, in any case', { type: 'string', enum: ['asc', 'desc', 'ASC', 'DESC'], default: listing.sort.order }),
    ...[...filterNames(listing).values()].filter(({ isPrimary }) => isPrimary).map(filterParameter),
  ];
}

const query = (name: string, description: string, schema: JsonSchema): OpenApiParameter => ({ name, in: 'query', description, schema });

/** What every list takes, by the name of the component. */
const pageParameters: Readonly<Record<string, OpenApiParameter>> = {
  PageStart: query('_start', 'Items to pass over; with _end it wins over page and limit', { type: 'integer', minimum: 0 }),
  PageEnd: query('_end', 'Where the page ends, at most 100 behind _start', { type: 'integer', minimum: 1 }),
  Page: query('page', 'Page, counted from 1', { type: 'integer', minimum: 1 }),
  PageLimit: query('limit', 'Items on the page', { type: 'integer', minimum: 1, maximum: 100, default: 25 }),
  PageAfter: query('after', 'What an earlier page gave as `next`; cheap however deep', { type: 'string', minLength: 1 }),
};

const said: Readonly<Partial<Record<ListOperator, string>>> = {
  ne: 'is not',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  in: 'is one of (with commas)',
  notIn: 'is none of (with commas)',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
};

function filterParameter({ name, operator, about }: FilterName): OpenApiParameter {
  const isMany = operator === 'in' || operator === 'notIn';
  const schema = valueSchema(about);
  const how = said[operator];
  return {
    name,
    in: 'query',
    // What the field is stands at the filter that has its plain name.
    description: how ?? about.describe,
    ...(isMany ? { explode: false, schema: manyOf(about, schema) } : { schema }),
  };
}

function manyOf({ kind }: ListField, items: JsonSchema): JsonSchema {
  const shared = sharedLists[kind];
  return shared === undefined ? { type: 'array', items, minItems: 1, maxItems: 100 } : { $ref: `#/components/schemas/${shared}` };
}

/** Lists of values that most filters have, as components. */
const sharedLists: Readonly<Partial<Record<ListField['kind'], string>>> = { id: 'Ids', text: 'Texts', number: 'Numbers' };

function listSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(sharedLists).map(([kind, name]) => [
      name,
      { type: 'array', items: valueSchema({ kind: kind as ListField['kind'] }), minItems: 1, maxItems: 100 },
    ]),
  );
}

function valueSchema({ kind, words }: Pick<ListField, 'kind' | 'words'>): JsonSchema {
  switch (kind) {
    case 'number':
      return { type: 'number' };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'flag':
      return { type: 'boolean' };
    case 'word':
      return { type: 'string', enum: words ?? [] };
    case 'id':
      return { type: 'string', minLength: 1, maxLength: 1_000 };
    case 'text':
      return { type: 'string', maxLength: 1_000 };
  }
}

function bodyOf(operation: AnyOperation, route: RestRoute, components: Components): Pick<OpenApiOperation, 'requestBody'> {
  const schema = components.add(operation.input, 'input').without(route.params);
  if (Object.keys(fieldsOf(schema, schema)).length === 0 && schema.additionalProperties === undefined) return {};
  return { requestBody: { required: (schema.required ?? []).length > 0, content: { 'application/json': { schema } } } };
}

const text = (description: string) => ({ description, schema: { type: 'string' } });

function successOf(
  operation: AnyOperation,
  route: RestRoute,
  listing: Listing | null,
  components: Components,
): Record<string, OpenApiResponse> {
  const silent: Record<string, OpenApiResponse> = route.status === 204 ? { 204: { description: 'Done; there is no body' } } : {};
  if (route.status === 204 && operation.output instanceof z.ZodVoid) return silent;
  const json = (schema: JsonSchema) => ({ 'application/json': { schema } });
  if (listing !== null) {
    const page = components.add(operation.output, 'output');
    const items = page.fieldOf('items') ?? { type: 'array' };
    return {
      200: {
        description: `A page of ${listing.noun}`,
        headers: {
          'X-Total-Count': text('How many there are in all'),
          'Content-Range': text('Noun, first and last item of the page, and total'),
          Link: text('The first, previous, next and last page (RFC 8288)'),
        },
        content: json({
          type: 'object',
          required: ['data', 'meta'],
          additionalProperties: false,
          properties: { data: items, meta: { $ref: '#/components/schemas/PageMeta' } },
        }),
      },
    };
  }
  const data = components.ref(operation.output, 'output');
  const headers = route.status === 201 ? { Location: text('Where what was made can be read') } : {};
  const tagged =
    route.method === 'GET' && route.answers === 'data' ? { ETag: text('Names this state; send it back as If-None-Match') } : {};
  const schemaOf: Record<RestRoute['answers'], JsonSchema> = {
    data: envelope({ data }),
    stats: envelope({ stats: data, timestamp: { type: 'string', format: 'date-time' } }),
    done: envelope({ success: { const: true }, message: { type: 'string' }, data }),
  };
  return {
    ...silent,
    [route.status === 204 ? 200 : route.status]: {
      description: operation.summary,
      ...(Object.keys({ ...headers, ...tagged }).length > 0 ? { headers: { ...headers, ...tagged } } : {}),
      content: json(schemaOf[route.answers]),
    },
    ...(Object.keys(tagged).length > 0 ? { 304: { description: 'As it was when the ETag in If-None-Match was given' } } : {}),
  };
}

function envelope(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}
