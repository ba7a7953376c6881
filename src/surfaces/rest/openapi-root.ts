import type { JsonSchema } from './json-schema.ts';
import type { OpenApiDocument, OpenApiResponse } from './openapi.ts';

const string: JsonSchema = { type: 'string' };
const time: JsonSchema = { type: 'string', format: 'date-time' };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});
const checks: JsonSchema = {
  type: 'object',
  additionalProperties: { type: 'object', required: ['status'], properties: { status: string, message: string } },
};
const status: JsonSchema = { type: 'string', enum: ['healthy', 'degraded', 'unhealthy'] };
const health = object({ status, timestamp: time, version: string, checks });

const json = (description: string, schema: JsonSchema): OpenApiResponse => ({ description, content: { 'application/json': { schema } } });
const failing = (): Record<string, OpenApiResponse> => ({
  421: json('HOST_NOT_ALLOWED', { $ref: '#/components/schemas/Error' }),
  500: json('INTERNAL_ERROR', { $ref: '#/components/schemas/Error' }),
});
const get = (name: string, summary: string, responses: Record<string, OpenApiResponse>) => ({
  get: { operationId: `server.${name}`, summary, tags: ['server'], responses: { ...responses, ...failing() } },
});
const either = (name: string, summary: string, schema: JsonSchema, bad: string) =>
  get(name, summary, { 200: json(summary, schema), 503: json(bad, { anyOf: [schema, { $ref: '#/components/schemas/Error' }] }) });

/** The routes beside the API, as src/surfaces/http/root.ts serves them. */
export const rootPaths: OpenApiDocument['paths'] = {
  '/health': either('health', 'How the parts of the server are', health, 'A part that is needed does not work'),
  '/api/v1/health': either('apiHealth', 'How the parts of the server are', health, 'A part that is needed does not work'),
  '/health/detailed': either(
    'healthDetailed',
    'How the parts are, with uptime and memory',
    object({
      status,
      timestamp: time,
      version: string,
      checks,
      uptimeSeconds: { type: 'number' },
      process: object({
        node: string,
        memoryBytes: object({
          rss: { type: 'number' },
          heapUsed: { type: 'number' },
          heapTotal: { type: 'number' },
          external: { type: 'number' },
        }),
      }),
    }),
    'A part that is needed does not work',
  ),
  '/ready': either(
    'ready',
    'Whether requests can be served',
    object({ status: { enum: ['ready', 'not-ready'] }, timestamp: time, checks }),
    'They cannot',
  ),
  '/live': either(
    'live',
    'Whether the process answers',
    object({ status: { const: 'alive' }, timestamp: time }),
    'The server is shutting down',
  ),
  '/version': either(
    'version',
    'Name and version',
    object({ version: string, name: string, description: string }),
    'The server is shutting down',
  ),
  '/metrics': get('metrics', 'Metrics as text for Prometheus', {
    200: { description: 'Metrics', content: { 'text/plain': { schema: string } } },
    503: json('The server is shutting down', { $ref: '#/components/schemas/Error' }),
  }),
};
