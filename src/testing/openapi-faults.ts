import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Checked {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly tags?: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, CheckedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses?: Readonly<Record<string, CheckedResponse>>;
    readonly parameters?: Readonly<Record<string, CheckedParameter>>;
    readonly examples?: Readonly<Record<string, unknown>>;
  };
}

interface CheckedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: unknown;
}

interface CheckedResponse {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

interface CheckedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly (CheckedParameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: unknown }>> };
  readonly responses: Readonly<Record<string, CheckedResponse>>;
}

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/**
 * What an OpenAPI 3.1 document breaks of the rules that can be checked: version and title, paths and their parameters, unique names, responses
 * with a description, references that lead somewhere, and schemas (2020-12) that compile.
 */
export function faultsOf(document: Checked): string[] {
  const faults: string[] = [];
  if (!document.openapi.startsWith('3.1.')) faults.push(`openapi is ${document.openapi}`);
  for (const name of ['title', 'version']) if (typeof document.info[name] !== 'string') faults.push(`info.${name} is missing`);
  const ids = new Set<string>();
  const shapes = new Set<string>();
  const tags = new Set((document.tags ?? []).map(({ name }) => name));
  const compile = compiler(document);
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith('/')) faults.push(`${path} does not start with a slash`);
    const shape = path.replaceAll(/\{\w+\}/g, '{}');
    if (shapes.has(shape)) faults.push(`${path} is another path with other names`);
    shapes.add(shape);
    for (const [method, operation] of Object.entries(operations)) {
      const place = `${path} ${method}`;
      if (!methods.has(method)) faults.push(`${place} is no method`);
      if (ids.has(operation.operationId)) faults.push(`operationId ${operation.operationId} is there twice`);
      ids.add(operation.operationId);
      for (const tag of operation.tags) if (!tags.has(tag)) faults.push(`tag ${tag} of ${place} is not declared`);
      const own = (operation.parameters ?? []).flatMap((parameter) =>
        '$ref' in parameter ? (document.components.parameters?.[nameIn(parameter.$ref)] ?? []) : [parameter],
      );
      faults.push(...parameterFaults(path, place, own, compile), ...responseFaults(place, operation, compile));
    }
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (!/^[\w.-]+$/.test(name)) faults.push(`components.schemas.${name} is no name`);
    faults.push(...compile(`components.schemas.${name}`, schema));
  }
  for (const [name, response] of Object.entries(document.components.responses ?? {})) {
    if (!/^[\w.-]+$/.test(name)) faults.push(`components.responses.${name} is no name`);
    faults.push(...bodyFaults(`components.responses.${name}`, response, compile));
  }
  for (const target of referencesIn(document)) {
    const [, kind, name] = /^#\/components\/(schemas|responses|parameters|examples)\/([\w.-]+)$/.exec(target) ?? [];
    const among = kind === undefined ? undefined : document.components[kind as keyof Checked['components']];
    if (!Object.hasOwn(among ?? {}, name ?? '')) faults.push(`${target} leads nowhere`);
  }
  return faults;
}

const nameIn = (reference: string) => reference.split('/').at(-1)!;

type Compile = (place: string, schema: unknown) => string[];

function parameterFaults(path: string, place: string, parameters: readonly CheckedParameter[], compile: Compile): string[] {
  const faults: string[] = [];
  const inPath = new Set(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name));
  const named = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
  for (const name of named) if (!inPath.has(name)) faults.push(`{${name}} of ${place} is not declared`);
  for (const name of inPath) if (!named.has(name)) faults.push(`${name} is declared for ${place} and not in it`);
  const seen = new Set<string>();
  for (const { name, in: where, required, schema } of parameters) {
    if (seen.has(`${where} ${name}`)) faults.push(`${where} parameter ${name} of ${place} is there twice`);
    seen.add(`${where} ${name}`);
    if (where === 'path' && !required) faults.push(`path parameter ${name} of ${place} is not required`);
    if (!['path', 'query', 'header', 'cookie'].includes(where)) faults.push(`parameter ${name} of ${place} is in ${where}`);
    faults.push(...compile(`${name} of ${place}`, schema));
  }
  return faults;
}

function responseFaults(place: string, { responses, requestBody }: CheckedOperation, compile: Compile): string[] {
  const faults: string[] = [];
  if (Object.keys(responses).length === 0) faults.push(`${place} has no responses`);
  for (const [status, response] of Object.entries(responses)) {
    if (!/^[1-5](?:\d\d|XX)$/.test(status)) faults.push(`${status} of ${place} is no status`);
    if (response.$ref === undefined) faults.push(...bodyFaults(`${status} of ${place}`, response, compile));
  }
  for (const { schema } of Object.values(requestBody?.content ?? {}))
    if (schema !== undefined) faults.push(...compile(`the body of ${place}`, schema));
  return faults;
}

function bodyFaults(place: string, { description = '', content = {} }: CheckedResponse, compile: Compile): string[] {
  const faults = description === '' ? [`${place} has no description`] : [];
  for (const { schema } of Object.values(content)) if (schema !== undefined) faults.push(...compile(place, schema));
  return faults;
}

/** One compiler for all, with the components in reach: each is compiled once, however often it is referred to. */
function compiler({ components }: Checked): Compile {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const elsewhere = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll('"#/components/', '"openapi:document#/components/')) as object;
  ajv.addSchema({ $id: 'openapi:document', components: elsewhere(components) });
  return (place, schema) => {
    try {
      ajv.compile(elsewhere(schema));
      return [];
    } catch (caught) {
      return [`${place}: ${(caught as Error).message}`];
    }
  };
}

function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const look = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return;
    for (const [key, inner] of Object.entries(at)) {
      if (key === '$ref' && typeof inner === 'string') found.add(inner);
      else look(inner);
    }
  };
  look(value);
  return found;
}
