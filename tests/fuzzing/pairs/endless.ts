import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Loops, searches and promises that do not come to an end. */
export const endless: readonly TaskPair[] = [
  {
    name: 'instalments',
    bug: 'pays back until exactly nothing is left, which fractions never reach',
    shows: [{ kind: 'endless' }, { kind: 'memory' }, { kind: 'untyped-error', errorClass: 'RangeError' }],
    input: {
      ...json,
      properties: {
        amount: { type: 'number', exclusiveMinimum: 0, maximum: 10000 },
        rate: { type: 'number', minimum: 10, maximum: 10000 },
      },
      required: ['amount', 'rate'],
    },
    output: {
      ...json,
      properties: { count: { type: 'integer', minimum: 1 }, last: { type: 'number', exclusiveMinimum: 0 } },
      required: ['count', 'last'],
    },
    tests: [{ input: { amount: 100, rate: 25 }, expected_output: { count: 4, last: 25 } }],
    planted: `(function ({ amount, rate }) {
  let left = amount;
  let count = 0;
  while (left !== 0) {
    left -= rate;
    count += 1;
  }
  return { count, last: rate };
})`,
    mended: `(function ({ amount, rate }) {
  const count = Math.max(1, Math.ceil(amount / rate));
  const last = amount - rate * (count - 1);
  return { count, last: last > 0 ? last : rate };
})`,
  },
  {
    name: 'all-members',
    bug: 'follows the next page as long as the server names one, even the same one',
    shows: [{ kind: 'too-many-requests' }],
    input: { ...json, properties: { team: { type: 'integer', minimum: 1 } }, required: ['team'] },
    output: { ...json, properties: { members: { type: 'array', items: { type: 'string' } } }, required: ['members'] },
    tests: [
      {
        input: { team: 3 },
        mock: {
          http: [
            { url: 'https://team.example.com/3/members?page=1', response: { status: 200, body: { members: ['ada', 'bo'], next: 2 } } },
            { url: 'https://team.example.com/3/members?page=2', response: { status: 200, body: { members: ['cy'], next: null } } },
          ],
        },
        expected_output: { members: ['ada', 'bo', 'cy'] },
      },
    ],
    planted: `export default async function main({ team }) {
  const members = [];
  let page = 1;
  while (page) {
    const response = await fetch('https://team.example.com/' + team + '/members?page=' + page);
    if (!response.ok) throw new HttpError(response.status, 'page ' + page + ' cannot be read');
    const data = await response.json().catch(() => null);
    if (!data || !Array.isArray(data.members)) throw new DataError('page ' + page + ' has no members');
    for (const member of data.members) members.push(String(member));
    page = Number.isInteger(data.next) ? data.next : 0;
  }
  return { members };
}`,
    mended: `export default async function main({ team }) {
  const members = [];
  let page = 1;
  for (let pages = 0; page; pages++) {
    if (pages === 50) throw new DataError('more than 50 pages');
    const response = await fetch('https://team.example.com/' + team + '/members?page=' + page);
    if (!response.ok) throw new HttpError(response.status, 'page ' + page + ' cannot be read');
    const data = await response.json().catch(() => null);
    if (!data || !Array.isArray(data.members)) throw new DataError('page ' + page + ' has no members');
    for (const member of data.members) members.push(String(member));
    page = Number.isInteger(data.next) ? data.next : 0;
  }
  return { members };
}`,
  },
  {
    name: 'staff-address',
    bug: 'checks an address with a pattern that tries every way to split a long name',
    shows: [{ kind: 'endless' }],
    input: { ...json, properties: { address: { type: 'string', maxLength: 100 } }, required: ['address'] },
    output: { ...json, properties: { isStaff: { type: 'boolean' } }, required: ['isStaff'] },
    tests: [
      { input: { address: 'ada.l@example.com' }, expected_output: { isStaff: true } },
      { input: { address: 'ada@example.org' }, expected_output: { isStaff: false } },
    ],
    planted: `const staff = /^([a-z0-9]+[.-]?)+@example\\.com$/i;

module.exports = ({ address }) => ({ isStaff: staff.test(address) });`,
    mended: `const staff = /^[a-z0-9]+([.-][a-z0-9]+)*@example\\.com$/i;

module.exports = ({ address }) => ({ isStaff: staff.test(address) });`,
  },
  {
    name: 'run-all',
    bug: 'is done when the last step reports, and there is no last step of none',
    shows: [{ kind: 'never-settled' }],
    input: {
      ...json,
      properties: {
        steps: {
          type: 'array',
          maxItems: 20,
          items: {
            ...json,
            properties: { name: { type: 'string', minLength: 1 }, weight: { type: 'integer', minimum: 1, maximum: 100 } },
            required: ['name', 'weight'],
          },
        },
      },
      required: ['steps'],
    },
    output: { ...json, properties: { done: { type: 'array', items: { type: 'string' } } }, required: ['done'] },
    tests: [
      {
        input: {
          steps: [
            { name: 'load', weight: 2 },
            { name: 'save', weight: 1 },
          ],
        },
        expected_output: { done: ['save', 'load'] },
      },
    ],
    planted: `function main({ steps }) {
  const done = [];
  return new Promise((resolve) => {
    let left = steps.length;
    for (const { name, weight } of steps) {
      setTimeout(() => {
        done.push(name);
        left -= 1;
        if (left === 0) resolve({ done });
      }, weight);
    }
  });
}
main;`,
    mended: `function main({ steps }) {
  const done = [];
  const work = ({ name, weight }) => new Promise((resolve) => {
    setTimeout(() => {
      done.push(name);
      resolve();
    }, weight);
  });
  return Promise.all(steps.map(work)).then(() => ({ done }));
}
main;`,
  },
];
