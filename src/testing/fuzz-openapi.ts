import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

/** An OpenAPI document as far as requests are made of it. */
export interface FuzzedDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, FuzzedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses?: Readonly<Record<string, FuzzedResponse>>;
    readonly parameters?: Readonly<Record<string, FuzzedParameter>>;
  };
}

interface FuzzedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface FuzzedResponse {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

interface FuzzedOperation {
  readonly operationId: string;
  readonly parameters?: readonly (FuzzedParameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, FuzzedResponse>>;
}

type Schema = Readonly<Record<string, unknown>>;

export interface FuzzOptions {
  /** Requests per operation; half of them malformed on purpose. */
  readonly runs?: number;
  readonly seed?: number;
  /** Which operations are tried; all that answer with an end unless given. */
  readonly isWanted?: (operationId: string) => boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an answer may take; ten seconds unless given. */
  readonly timeoutMs?: number;
  /** Values that exist, by name of a parameter or a field of a body, mixed in so that not every answer is 404. */
  readonly known?: Readonly<Record<string, readonly unknown[]>>;
}

/** An answer that the document does not allow, with what has to be sent to see it again. */
export interface FuzzFinding {
  readonly operationId: string;
  readonly request: string;
  readonly status: number;
  readonly problem: string;
}

export interface FuzzReport {
  readonly findings: readonly FuzzFinding[];
  readonly requests: number;
  /** How often each status came, by operation. */
  readonly statuses: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What values are made of. */
interface World {
  readonly document: FuzzedDocument;
  readonly known: NonNullable<FuzzOptions['known']>;
}

interface Shot {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly body: { readonly text: string; readonly type: string } | null;
}

/**
 * Sends requests with values made from the schemas of a document, and malformed ones, to a running server, and compares every answer with what
 * the document declares: its status, its content type, its body. The same seed sends the same requests.
 */
export async function fuzzOpenApi(baseUrl: string, document: FuzzedDocument, options: FuzzOptions = {}): Promise<FuzzReport> {
  const { runs = 40, seed = 1, isWanted = () => true, headers = {}, known = {}, timeoutMs = 10_000 } = options;
  const findings: FuzzFinding[] = [];
  const statuses: Record<string, Record<string, number>> = {};
  let requests = 0;
  const schemaAt = validators(document);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!isWanted(operation.operationId) || streams(operation)) continue;
      const counts = (statuses[operation.operationId] ??= {});
      for (const shot of fc.sample(shots(operation, { document, known }), { numRuns: runs, seed })) {
        const url = baseUrl + filled(path, shot.path) + queryText(shot.query);
        const request = `${method.toUpperCase()} ${url}${shot.body === null ? '' : `\n${shot.body.type}\n${shot.body.text}`}`;
        requests++;
        const sent = send(url, method.toUpperCase(), shot.body, headers, timeoutMs);
        const answer = await sent.catch((caught: unknown) => caught as Error);
        if (answer instanceof Error) {
          findings.push({
            operationId: operation.operationId,
            request: request.slice(0, 2_000),
            status: 0,
            problem: `no answer: ${answer.message}`,
          });
          continue;
        }
        const { response, text } = answer;
        counts[response.status] = (counts[response.status] ?? 0) + 1;
        const declared = responseOf(document, operation, response.status);
        const problem = problemOf(declared, `${path}:${method}`, response, text, schemaAt);
        if (problem !== null)
          findings.push({ operationId: operation.operationId, request: request.slice(0, 2_000), status: response.status, problem });
      }
    }
  }
  return { findings, requests, statuses };
}

async function send(url: string, method: string, body: Shot['body'], headers: Readonly<Record<string, string>>, timeoutMs: number) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === null ? {} : { 'content-type': body.type }) },
    ...(body === null ? {} : { body: body.text }),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { response, text: await response.text() };
}

function streams({ responses }: FuzzedOperation): boolean {
  return responses['200']?.content?.['text/event-stream'] !== undefined;
}

type SchemaAt = (place: string, schema: unknown) => ValidateFunction;

/** Compiles each declared body once, with the components in reach. */
function validators({ components }: FuzzedDocument): SchemaAt {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(ajv);
  const compiled = new Map<string, ValidateFunction>();
  return (place, schema) => {
    const before = compiled.get(place);
    if (before) return before;
    const made = ajv.compile({ ...(schema as object), components } as never);
    compiled.set(place, made);
    return made;
  };
}

function responseOf({ components }: FuzzedDocument, { responses }: FuzzedOperation, status: number): FuzzedResponse | undefined {
  const found = responses[String(status)];
  return found?.$ref === undefined ? found : components.responses?.[found.$ref.replace('#/components/responses/', '')];
}

function problemOf(
  declared: FuzzedResponse | undefined,
  place: string,
  response: Response,
  text: string,
  schemaAt: SchemaAt,
): string | null {
  if (declared === undefined) return `status ${response.status} is not declared: ${text.slice(0, 300)}`;
  if (declared.content === undefined)
    return text === '' ? null : `a body came with ${response.status}, which has none: ${text.slice(0, 200)}`;
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim();
  const content = declared.content[type];
  if (content === undefined) return `content type ${JSON.stringify(type)} is not declared for ${response.status}`;
  // Declared, because anything may break; and still never right.
  if (response.status === 500) return `it broke: ${text.slice(0, 300)}`;
  if (type !== 'application/json' || content.schema === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `the body is not JSON: ${text.slice(0, 200)}`;
  }
  const check = schemaAt(`${place}:${response.status}`, content.schema);
  if (check(value)) return null;
  const [first] = check.errors ?? [];
  return `the body does not match: ${first?.instancePath ?? ''} ${first?.message ?? ''}: ${text.slice(0, 300)}`;
}

/** Requests of one operation: as declared, and with something wrong. */
function shots(operation: FuzzedOperation, world: World): fc.Arbitrary<Shot> {
  const parameters = (operation.parameters ?? []).map((parameter) =>
    '$ref' in parameter ? world.document.components.parameters![parameter.$ref.replace('#/components/parameters/', '')]! : parameter,
  );
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const good = (name: string, schema: Schema): fc.Arbitrary<string> => {
    const exists = (world.known[name] ?? []).map(textOf);
    const made = valueOf(schema, world).map(textOf);
    return exists.length > 0 ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...exists) }, made) : made;
  };
  const path = fc.record(
    Object.fromEntries(inPath.map(({ name, schema }) => [name, fc.oneof({ weight: 4, arbitrary: good(name, schema) }, hostileText)])),
  );
  // About two fields at a time, however many there are: one wrong field is enough to be refused.
  const absent = Math.max(4, Math.floor(inQuery.length / 2));
  const pairs = inQuery.map(({ name, schema, required }) => {
    const pair = fc.oneof({ weight: 6, arbitrary: good(name, schema) }, hostileText).map((text) => [[name, text]] as [string, string][]);
    return required
      ? fc.oneof({ weight: 8, arbitrary: pair }, fc.constant<[string, string][]>([]))
      : fc.oneof({ weight: absent, arbitrary: fc.constant<[string, string][]>([]) }, pair);
  });
  const strange = fc.oneof(
    { weight: 10, arbitrary: fc.constant<[string, string][]>([]) },
    fc.tuple(hostileText, hostileText).map((pair) => [pair]),
  );
  const query = fc.tuple(...pairs, strange).map((lists) => lists.flat());
  const declared = operation.requestBody?.content['application/json']?.schema;
  const json = 'application/json';
  const none = fc.constant(null);
  const bodies: fc.Arbitrary<Shot['body']> =
    declared === undefined
      ? none
      : fc.oneof(
          { weight: 8, arbitrary: valueOf(declared, world).map((value) => ({ text: JSON.stringify(value) ?? 'null', type: json })) },
          { weight: 2, arbitrary: spoiled(declared, world).map((value) => ({ text: JSON.stringify(value) ?? 'null', type: json })) },
          { weight: 1, arbitrary: fc.jsonValue().map((value) => ({ text: JSON.stringify(value), type: json })) },
          { weight: 1, arbitrary: fc.constantFrom(...brokenBodies).map((text) => ({ text, type: json })) },
          {
            weight: 1,
            arbitrary: fc
              .constantFrom('text/plain', 'application/xml', 'application/x-www-form-urlencoded')
              .map((type) => ({ text: 'a=1', type })),
          },
          { weight: 1, arbitrary: none },
        );
  return fc.record({ path, query, body: bodies });
}

const hostileText = fc.oneof(
  fc.constantFrom(
    '../../etc/passwd',
    '..%2f',
    '%00',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '-1',
    '1e999',
    'NaN',
    'null',
    '💥',
    'ü',
    'a,b,,c',
    '[]',
    '{}',
    ' ',
    '9'.repeat(30),
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const brokenBodies = [
  '{',
  '{"a":}',
  '[1,2',
  'nul',
  '"',
  '{"__proto__":{"x":1}}',
  `${'['.repeat(500)}${']'.repeat(500)}`,
  '{"a":1}{"b":2}',
  '﻿{}',
  '[]',
  '1',
  '"text"',
];

/** An object with one field of another type, or one missing. */
function spoiled(schema: Schema, world: World): fc.Arbitrary<unknown> {
  return fc.tuple(valueOf(schema, world), fc.jsonValue(), fc.nat(), fc.boolean()).map(([value, other, at, drops]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
    const names = Object.keys(value);
    if (names.length === 0) return { unexpected: other };
    const name = names[at % names.length]!;
    const { [name]: _gone, ...rest } = value as Record<string, unknown>;
    return drops ? rest : { ...rest, [name]: other };
  });
}

/** Values of a JSON Schema, as far as schemas of operations go; anything JSON where it says nothing we know. */
function valueOf(schema: Schema, world: World, depth = 4): fc.Arbitrary<unknown> {
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].replace('#/components/schemas/', '');
    return depth <= 0 ? fc.constant(null) : valueOf((world.document.components.schemas[name] ?? {}) as Schema, world, depth - 1);
  }
  if (Array.isArray(schema['enum']))
    return schema['enum'].length > 0 ? fc.constantFrom(...(schema['enum'] as unknown[])) : fc.constant(null);
  if ('const' in schema) return fc.constant(schema['const']);
  const branches = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (branches !== undefined && branches.length > 0) return fc.oneof(...branches.map((branch) => valueOf(branch, world, depth)));
  const types = [schema['type'] ?? []].flat() as string[];
  return types.length === 0 ? fc.jsonValue({ maxDepth: 2 }) : fc.oneof(...types.map((type) => valueOfType(type, schema, world, depth)));
}

function fieldOf(name: string, schema: Schema, world: World, depth: number): fc.Arbitrary<unknown> {
  const exists = world.known[name] ?? [];
  const made = valueOf(schema, world, depth);
  return exists.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...exists) }, made) : made;
}

function valueOfType(type: string, schema: Schema, world: World, depth: number): fc.Arbitrary<unknown> {
  const number = (name: string): number | undefined => (typeof schema[name] === 'number' ? schema[name] : undefined);
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      const min = number('minimum') ?? (number('exclusiveMinimum') ?? -1_001) + 1;
      return fc.integer({ min, max: Math.max(min, number('maximum') ?? min + 2_000) });
    }
    case 'number': {
      const min = number('minimum') ?? -1_000;
      return fc.double({ min, max: Math.max(min, number('maximum') ?? min + 2_000), noNaN: true });
    }
    case 'string':
      return textOfFormat(schema, number('minLength') ?? 0, number('maxLength') ?? 30);
    case 'array':
      return fc.array(valueOf((schema['items'] ?? {}) as Schema, world, depth - 1), {
        minLength: number('minItems') ?? 0,
        maxLength: Math.max(number('minItems') ?? 0, Math.min(number('maxItems') ?? 4, 4)),
      });
    default: {
      const required = new Set((schema['required'] ?? []) as string[]);
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      // A few fields at a time, however many there are: one wrong field is enough to be refused.
      const absent = Math.max(1, Math.floor((properties.length - required.size) / 2));
      const model = properties.map(([name, inner]) => {
        const present = fieldOf(name, inner, world, depth - 1);
        return [name, required.has(name) ? present : fc.oneof({ weight: absent, arbitrary: fc.constant(undefined) }, present)] as const;
      });
      // What is undefined is left away when it becomes JSON.
      return fc.record(Object.fromEntries(model));
    }
  }
}

function textOfFormat(schema: Schema, minLength: number, maxLength: number): fc.Arbitrary<string> {
  switch (schema['format']) {
    case 'date-time':
      return fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
    case 'uuid':
      return fc.uuid();
    case 'uri':
      return fc.webUrl();
    case 'email':
      return fc.emailAddress();
    default:
      if (typeof schema['pattern'] === 'string')
        return fc.stringMatching(new RegExp(schema['pattern'])).filter((text) => text.length <= Math.max(maxLength, 100));
      return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Empty and dotted segments lead to other paths before a server sees them, so they are made visible. */
function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = values[name] ?? '';
    return /^\.{0,2}$/.test(text) ? 'none' : encodeURIComponent(text.toWellFormed());
  });
}

function queryText(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return '';
  return `?${pairs.map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`;
}
