import type { Json } from '#kernel/index.ts';
import { headers, hostLine, objectOf, url, type ParameterValues, type TaskTemplate } from '../template.ts';

const code = `// Calls an HTTP API and gives back what it answered, whatever its status is.
const baseUrl = {{base_url}};
const defaultHeaders = {{default_headers}};

(async function ({ url = '', method = 'GET', headers = {}, body }) {
  const target = baseUrl === null ? url : new URL(url, baseUrl).href;
  if (target === '') throw new ValidationError('url is needed: the task has no address of its own');
  const options = { method, headers: { Accept: 'application/json', ...defaultHeaders, ...headers } };
  if (body !== undefined) {
    options.headers = { 'Content-Type': 'application/json', ...options.headers };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(target, options);
  return { ok: response.ok, status: response.status, data: response.body };
});
`;

/** What the generated tests ask for; no request leaves the machine. */
const addressOf = ({ base_url }: ParameterValues) =>
  typeof base_url === 'string' ? new URL('items/1', base_url).href : 'https://api.example.com/items/1';

export const httpApiCall: TaskTemplate = {
  name: 'http_api_call',
  category: 'api',
  description: 'Calls an HTTP API with a method, headers and a body, and gives back status and answer.',
  tags: ['api', 'http'],
  parameters: [
    headers('default_headers', 'Headers of every request, as an object of texts'),
    url('base_url', 'Address of the API: paths are resolved against it, and no other host can be reached'),
  ],
  code,
  inputSchema: objectOf(
    {
      url: { type: 'string', description: 'Address, or a path below the address of the API' },
      method: { type: 'string', enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: { description: 'Sent as JSON' },
    },
    [],
    { additionalProperties: false },
  ),
  outputSchema: objectOf({ ok: { type: 'boolean' }, status: { type: 'integer' }, data: {} }, ['ok', 'status', 'data']),
  tests: (values): Json[] => [
    {
      name: 'gives back what the API answers',
      input: { url: addressOf(values) },
      mock: { http: { method: 'GET', response: { status: 200, body: { id: 1, name: 'first' } } } },
      expected_output: { ok: true, status: 200, data: { id: 1, name: 'first' } },
    },
    {
      name: 'sends a body as JSON',
      input: { url: addressOf(values), method: 'POST', body: { name: 'second' } },
      mock: { http: { method: 'POST', body: { name: 'second' }, response: { status: 201, body: { id: 2 } } } },
      expected_output: { ok: true, status: 201, data: { id: 2 } },
    },
    {
      name: 'tells of a failure by its status',
      input: { url: addressOf(values) },
      mock: { http: { method: 'GET', response: { status: 404, body: { error: 'no such item' } } } },
      expected_output: { ok: false, status: 404, data: { error: 'no such item' } },
    },
  ],
  network: ({ base_url }) => (typeof base_url === 'string' ? hostLine(base_url) : null),
};
