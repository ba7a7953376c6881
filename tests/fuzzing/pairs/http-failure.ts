import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Servers that are down, busy, or want to be asked later. */
export const httpFailure: readonly TaskPair[] = [
  {
    name: 'repo-stars',
    bug: 'handles 404 and takes every other status for a success',
    shows: [{ kind: 'output-invalid' }, { kind: 'untyped-error', errorClass: 'TypeError' }],
    input: {
      ...json,
      properties: {
        owner: { type: 'string', pattern: '^[A-Za-z0-9-]{1,20}$' },
        repo: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,40}$' },
      },
      required: ['owner', 'repo'],
    },
    output: {
      ...json,
      properties: { found: { type: 'boolean' }, stars: { type: 'integer', minimum: 0 } },
      required: ['found', 'stars'],
    },
    tests: [
      {
        input: { owner: 'ada', repo: 'engine' },
        mock: {
          http: {
            url: 'https://git.example.com/repos/ada/engine',
            response: { status: 200, body: { full_name: 'ada/engine', stars: 12, forks: 1 } },
          },
        },
        expected_output: { found: true, stars: 12 },
      },
      {
        input: { owner: 'ada', repo: 'nothing' },
        mock: { http: { url: 'https://git.example.com/repos/ada/nothing', response: { status: 404, body: { message: 'Not Found' } } } },
        expected_output: { found: false, stars: 0 },
      },
    ],
    planted: `export default async function main({ owner, repo }) {
  const response = await fetch('https://git.example.com/repos/' + owner + '/' + repo, { headers: { accept: 'application/json' } });
  if (response.status === 404) return { found: false, stars: 0 };
  const data = await response.json().catch(() => {
    throw new DataError('the answer is not JSON');
  });
  if (response.ok && !(data && Number.isInteger(data.stars) && data.stars >= 0)) throw new DataError('the answer has no stars');
  return { found: true, stars: data.stars };
}`,
    mended: `export default async function main({ owner, repo }) {
  const response = await fetch('https://git.example.com/repos/' + owner + '/' + repo, { headers: { accept: 'application/json' } });
  if (response.status === 404) return { found: false, stars: 0 };
  if (!response.ok) throw new HttpError(response.status, 'the answer is ' + response.status);
  const data = await response.json().catch(() => {
    throw new DataError('the answer is not JSON');
  });
  if (!(data && Number.isInteger(data.stars) && data.stars >= 0)) throw new DataError('the answer has no stars');
  return { found: true, stars: data.stars };
}`,
  },
  {
    name: 'exchange-rate',
    bug: 'wraps every failure in a plain Error, so that nobody can tell what failed',
    shows: [{ kind: 'untyped-error', errorClass: 'Error' }],
    input: {
      ...json,
      properties: {
        amount: { type: 'number', minimum: 0, maximum: 1000000 },
        from: { enum: ['EUR', 'USD', 'GBP'] },
        to: { enum: ['EUR', 'USD', 'GBP'] },
      },
      required: ['amount', 'from', 'to'],
    },
    output: { ...json, properties: { amount: { type: 'number', minimum: 0 } }, required: ['amount'] },
    tests: [
      {
        input: { amount: 10, from: 'EUR', to: 'USD' },
        mock: {
          http: {
            url: 'https://rates.example.com/v1/EUR',
            response: { status: 200, body: { base: 'EUR', rates: { USD: 1.25, GBP: 0.8 } } },
          },
        },
        expected_output: { amount: 12.5 },
      },
    ],
    planted: `(function (input) {
  if (input.from === input.to) return { amount: input.amount };
  let rate;
  try {
    rate = fetch('https://rates.example.com/v1/' + input.from).body.rates[input.to];
  } catch (error) {
    throw new Error('rates cannot be loaded: ' + error.message);
  }
  if (typeof rate !== 'number' || !(rate > 0)) throw new DataError('no rate for ' + input.to);
  return { amount: Math.round(input.amount * rate * 100) / 100 };
})`,
    mended: `(function (input) {
  if (input.from === input.to) return { amount: input.amount };
  const { body } = fetch('https://rates.example.com/v1/' + input.from);
  const rate = body && body.rates ? body.rates[input.to] : undefined;
  if (typeof rate !== 'number' || !(rate > 0)) throw new DataError('no rate for ' + input.to);
  return { amount: Math.round(input.amount * rate * 100) / 100 };
})`,
  },
  {
    name: 'send-form',
    bug: 'tries again as long as the server says it is busy, without end',
    shows: [{ kind: 'too-many-requests' }, { kind: 'endless' }],
    input: {
      ...json,
      properties: { email: { type: 'string', format: 'email' }, message: { type: 'string', minLength: 1, maxLength: 2000 } },
      required: ['email', 'message'],
    },
    output: { ...json, properties: { ticket: { type: 'string' } }, required: ['ticket'] },
    tests: [
      {
        input: { email: 'ada@example.com', message: 'Hello' },
        mock: {
          http: { url: 'https://desk.example.com/tickets', method: 'POST', response: { status: 201, body: { id: 'T-1', state: 'new' } } },
        },
        expected_output: { ticket: 'T-1' },
      },
      {
        input: { email: 'ada@example.com', message: 'Hello' },
        mock: {
          http: [
            {
              url: 'https://desk.example.com/tickets',
              method: 'POST',
              responses: [
                { status: 429, headers: { 'retry-after': '1' }, body: { error: 'slow down' } },
                { status: 201, body: { id: 'T-2', state: 'new' } },
              ],
            },
          ],
        },
        expected_output: { ticket: 'T-2' },
      },
    ],
    planted: `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async function main(input) {
  let response;
  do {
    response = await fetch('https://desk.example.com/tickets', { method: 'POST', body: JSON.stringify(input) });
    if (response.status === 429) await sleep(1000);
  } while (response.status === 429);
  if (!response.ok) throw new ServiceUnavailableError('the desk answered ' + response.status);
  const text = await response.text();
  const id = /"id":\\s*"(T-\\d+)"/.exec(text);
  if (!id) throw new DataError('the desk sent no ticket');
  return { ticket: id[1] };
}`,
    mended: `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const mostTries = 4;

export default async function main(input) {
  let response;
  for (let tries = 1; ; tries++) {
    response = await fetch('https://desk.example.com/tickets', { method: 'POST', body: JSON.stringify(input) });
    if (response.status !== 429) break;
    if (tries === mostTries) throw new RateLimitError('the desk is busy');
    const seconds = Number(response.headers.get('retry-after')) || 1;
    await sleep(Math.min(seconds, 30) * 1000);
  }
  if (!response.ok) throw new ServiceUnavailableError('the desk answered ' + response.status);
  const text = await response.text();
  const id = /"id":\\s*"(T-\\d+)"/.exec(text);
  if (!id) throw new DataError('the desk sent no ticket');
  return { ticket: id[1] };
}`,
  },
  {
    name: 'audited-transfer',
    bug: 'sends an audit line and never looks whether it arrived',
    shows: [{ kind: 'unseen-request' }],
    input: {
      ...json,
      properties: {
        account: { type: 'string', pattern: '^[0-9]{8}$' },
        cents: { type: 'integer', minimum: 1, maximum: 100000000 },
      },
      required: ['account', 'cents'],
    },
    output: { ...json, properties: { accepted: { type: 'boolean' } }, required: ['accepted'] },
    tests: [
      {
        input: { account: '12345678', cents: 500 },
        mock: {
          http: [
            { url: 'https://bank.example.com/transfers', method: 'POST', response: { status: 202, body: { accepted: true } } },
            { url: 'https://audit.example.com/lines', method: 'POST', response: { status: 204 } },
          ],
        },
        expected_output: { accepted: true },
      },
    ],
    planted: `async function main({ account, cents }) {
  const answer = await fetch('https://bank.example.com/transfers', { method: 'POST', body: JSON.stringify({ account, cents }) });
  fetch('https://audit.example.com/lines', { method: 'POST', body: JSON.stringify({ what: 'transfer', account, cents }) });
  return { accepted: answer.status === 202 };
}`,
    mended: `async function main({ account, cents }) {
  const answer = await fetch('https://bank.example.com/transfers', { method: 'POST', body: JSON.stringify({ account, cents }) });
  const line = await fetch('https://audit.example.com/lines', { method: 'POST', body: JSON.stringify({ what: 'transfer', account, cents }) });
  if (!line.ok) throw new ServiceUnavailableError('the audit refused a line');
  return { accepted: answer.status === 202 };
}`,
  },
];
