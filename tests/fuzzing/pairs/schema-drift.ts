import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Code and schema that were right together once: new values, other types, dates nobody thought of. */
export const schemaDrift: readonly TaskPair[] = [
  {
    name: 'ticket-deadline',
    bug: 'does not know the priority that was added to the schema last',
    shows: [{ kind: 'output-invalid' }, { kind: 'output-not-json' }],
    input: {
      ...json,
      properties: {
        priority: { enum: ['low', 'normal', 'high', 'urgent'] },
        opened: { type: 'string', format: 'date-time' },
        vip: { type: 'boolean', default: false },
      },
      required: ['priority', 'opened'],
    },
    output: { ...json, properties: { hours: { type: 'integer', minimum: 1 }, label: { type: 'string' } }, required: ['hours', 'label'] },
    tests: [
      { input: { priority: 'low', opened: '2026-03-01T10:00:00Z' }, expected_output: { hours: 72, label: 'low' } },
      { input: { priority: 'high', opened: '2026-03-01T10:00:00Z', vip: true }, expected_output: { hours: 4, label: 'high (vip)' } },
    ],
    planted: `function hoursOf(priority) {
  switch (priority) {
    case 'low':
      return 72;
    case 'normal':
      return 24;
    case 'high':
      return 8;
  }
}

(function ({ priority, vip }) {
  const hours = hoursOf(priority);
  return { hours: vip ? hours / 2 : hours, label: priority + (vip ? ' (vip)' : '') };
})`,
    mended: `function hoursOf(priority) {
  switch (priority) {
    case 'low':
      return 72;
    case 'normal':
      return 24;
    case 'high':
      return 8;
    case 'urgent':
      return 2;
  }
}

(function ({ priority, vip }) {
  const hours = hoursOf(priority);
  return { hours: vip ? hours / 2 : hours, label: priority + (vip ? ' (vip)' : '') };
})`,
  },
  {
    name: 'invoice-sum',
    bug: 'adds amounts that may also be written as text',
    shows: [{ kind: 'output-invalid' }],
    input: {
      ...json,
      properties: {
        amounts: {
          type: 'array',
          maxItems: 50,
          items: {
            anyOf: [
              { type: 'number', minimum: 0, maximum: 1000000 },
              { type: 'string', pattern: '^[0-9]{1,6}(\\.[0-9]{2})?$' },
            ],
          },
        },
      },
      required: ['amounts'],
    },
    output: { ...json, properties: { sum: { type: 'number', minimum: 0 } }, required: ['sum'] },
    tests: [{ input: { amounts: [10, 2.5] }, expected_output: { sum: 12.5 } }],
    planted: `export default function main({ amounts }) {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return { sum };
}`,
    mended: `export default function main({ amounts }) {
  let sum = 0;
  for (const amount of amounts) sum += Number(amount);
  return { sum };
}`,
  },
  {
    name: 'age-on',
    bug: 'computes the age of somebody who is not born yet',
    shows: [{ kind: 'output-invalid' }],
    language: 'ts',
    input: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      ...json,
      properties: { born: { type: 'string', format: 'date' }, on: { type: 'string', format: 'date' } },
      required: ['born', 'on'],
      additionalProperties: false,
    },
    output: { ...json, properties: { years: { type: 'integer', minimum: 0 } }, required: ['years'] },
    tests: [
      { input: { born: '2000-05-20', on: '2026-05-19' }, expected_output: { years: 25 } },
      { input: { born: '2000-05-20', on: '2026-05-20' }, expected_output: { years: 26 } },
    ],
    planted: `const parts = (date: string) => date.split('-').map(Number) as [number, number, number];

export default function main({ born, on }: { born: string; on: string }) {
  const [year, month, day] = parts(born);
  const [nowYear, nowMonth, nowDay] = parts(on);
  const hadBirthday = nowMonth > month || (nowMonth === month && nowDay >= day);
  return { years: nowYear - year - (hadBirthday ? 0 : 1) };
}`,
    mended: `const parts = (date: string) => date.split('-').map(Number) as [number, number, number];

export default function main({ born, on }: { born: string; on: string }) {
  if (born > on) throw new ValidationError('born after ' + on);
  const [year, month, day] = parts(born);
  const [nowYear, nowMonth, nowDay] = parts(on);
  const hadBirthday = nowMonth > month || (nowMonth === month && nowDay >= day);
  return { years: nowYear - year - (hadBirthday ? 0 : 1) };
}`,
  },
  {
    name: 'parcel-state',
    bug: 'knows three states of a parcel, and the carrier has more',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { parcel: { type: 'string', pattern: '^[A-Z]{2}[0-9]{6}$' } }, required: ['parcel'] },
    output: {
      ...json,
      properties: { state: { type: 'string', minLength: 1 }, since: { type: ['string', 'null'], format: 'date' } },
      required: ['state', 'since'],
    },
    tests: [
      {
        input: { parcel: 'AT123456' },
        mock: {
          http: {
            url: 'https://carrier.example.com/track/AT123456',
            response: { status: 200, body: { parcel: 'AT123456', state: 'moving', since: '2026-03-01T08:00:00Z' } },
          },
        },
        expected_output: { state: 'ON ITS WAY', since: '2026-03-01' },
      },
    ],
    planted: `const texts = { new: 'announced', moving: 'on its way', done: 'delivered' };

export default async function main({ parcel }) {
  const response = await fetch('https://carrier.example.com/track/' + parcel);
  if (!response.ok) throw new ServiceUnavailableError('the carrier answered ' + response.status);
  const data = await response.json().catch(() => null);
  if (data === null || typeof data !== 'object' || typeof data.state !== 'string') throw new DataError('no state of ' + parcel);
  const since = new Date(typeof data.since === 'string' ? data.since : NaN);
  const isDate = since.getTime() >= 0 && since.getUTCFullYear() < 10000;
  return { state: texts[data.state].toUpperCase(), since: isDate ? since.toISOString().slice(0, 10) : null };
}`,
    mended: `const texts = new Map([['new', 'announced'], ['moving', 'on its way'], ['done', 'delivered']]);

export default async function main({ parcel }) {
  const response = await fetch('https://carrier.example.com/track/' + parcel);
  if (!response.ok) throw new ServiceUnavailableError('the carrier answered ' + response.status);
  const data = await response.json().catch(() => null);
  if (data === null || typeof data !== 'object' || typeof data.state !== 'string') throw new DataError('no state of ' + parcel);
  const since = new Date(typeof data.since === 'string' ? data.since : NaN);
  const isDate = since.getTime() >= 0 && since.getUTCFullYear() < 10000;
  return { state: (texts.get(data.state) ?? 'unknown').toUpperCase(), since: isDate ? since.toISOString().slice(0, 10) : null };
}`,
  },
];
