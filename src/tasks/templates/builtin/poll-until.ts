import { textOf } from '../text-of.ts';
import type { Json } from '#kernel/index.ts';
import { hostLine, number, objectOf, text, url, type TaskTemplate } from '../template.ts';

const code = `// Asks an address again and again until a field of its answer has the value that is waited for.
const endpoint = {{endpoint}};
const field = {{status_field}};
const wanted = {{done_value}};
const pauseMs = {{pause_ms}};

(async function ({ id, attempts = 10 }) {
  const target = id === undefined ? endpoint : endpoint.replace(/\\/?$/, '/') + encodeURIComponent(id);
  let last = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const response = await fetch(target, { headers: { Accept: 'application/json' } });
    last = response.body?.[field] ?? null;
    reportProgress({ progress: attempt / attempts, step: String(last) });
    if (String(last) === wanted) return { done: true, status: last, attempts: attempt, answer: response.body };
    if (attempt < attempts) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { done: false, status: last, attempts, answer: null };
});
`;

export const pollUntil: TaskTemplate = {
  name: 'poll_until',
  category: 'automation',
  description: 'Asks an address until a field of its answer has the value that is waited for.',
  tags: ['http', 'automation', 'polling'],
  parameters: [
    url('endpoint', 'Address that is asked; the id of the input is put behind it', { isRequired: true }),
    text('status_field', 'Field of the answer that is looked at', { usual: 'status' }),
    text('done_value', 'Value it has when there is nothing more to wait for', { usual: 'done' }),
    number('pause_ms', 'Milliseconds between two questions', { usual: 1_000, least: 1, most: 600_000 }),
  ],
  code,
  inputSchema: objectOf({ id: { type: ['string', 'integer'] }, attempts: { type: 'integer', minimum: 1, maximum: 1_000 } }, []),
  outputSchema: objectOf({ done: { type: 'boolean' }, status: {}, attempts: { type: 'integer' }, answer: {} }, [
    'done',
    'status',
    'attempts',
    'answer',
  ]),
  tests: ({ status_field, done_value }): Json[] => [
    {
      name: 'is done when the value is there',
      input: { id: 7 },
      mock: { http: { method: 'GET', response: { body: { [textOf(status_field)]: done_value ?? '' } } } },
      expected_output: { done: true, status: done_value ?? '', attempts: 1, answer: { [textOf(status_field)]: done_value ?? '' } },
    },
    {
      name: 'gives up after the attempts it has',
      input: { attempts: 2 },
      skip_waits: true,
      mock: { http: { method: 'GET', response: { status: 200, body: {} } } },
      expected_output: { done: false, status: null, attempts: 2, answer: null },
    },
    {
      name: 'tells of a server that fails',
      input: { id: 'a/b' },
      mock: { http: { method: 'GET', response: { status: 500, body: {} } } },
      expected_error: 'ServiceUnavailableError',
    },
  ],
  network: ({ endpoint }) => hostLine(endpoint),
  metadata: { supports_streaming: true },
};
