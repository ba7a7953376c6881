import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Divisions by zero, fractions that binary numbers do not have, results outside of what was promised. */
export const arithmetic: readonly TaskPair[] = [
  {
    name: 'conversion-rate',
    bug: 'divides by the visits of a day without any',
    shows: [{ kind: 'output-not-json' }],
    input: {
      ...json,
      properties: {
        days: {
          type: 'array',
          items: {
            ...json,
            properties: {
              date: { type: 'string', format: 'date' },
              visits: { type: 'integer', minimum: 0 },
              orders: { type: 'integer', minimum: 0 },
            },
            required: ['date', 'visits', 'orders'],
          },
        },
      },
      required: ['days'],
    },
    output: {
      ...json,
      properties: {
        days: {
          type: 'array',
          items: { ...json, properties: { date: { type: 'string' }, rate: { type: 'number', minimum: 0 } }, required: ['date', 'rate'] },
        },
      },
      required: ['days'],
    },
    tests: [
      {
        input: { days: [{ date: '2026-03-01', visits: 200, orders: 5 }] },
        expected_output: { days: [{ date: '2026-03-01', rate: 0.025 }] },
      },
    ],
    planted: `(function (input) {
  return { days: input.days.map(({ date, visits, orders }) => ({ date, rate: orders / visits })) };
})`,
    mended: `(function (input) {
  return { days: input.days.map(({ date, visits, orders }) => ({ date, rate: visits === 0 ? 0 : orders / visits })) };
})`,
  },
  {
    name: 'scale-values',
    bug: 'scales values that are all the same to a range of no width',
    shows: [{ kind: 'output-not-json' }],
    language: 'ts',
    input: {
      ...json,
      properties: { values: { type: 'array', items: { type: 'number', minimum: -1000, maximum: 1000 }, minItems: 2, maxItems: 50 } },
      required: ['values'],
    },
    output: {
      ...json,
      properties: { scaled: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 } } },
      required: ['scaled'],
    },
    tests: [{ input: { values: [1, 3, 2] }, expected_output: { scaled: [0, 1, 0.5] } }],
    planted: `export default function main({ values }: { values: number[] }) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return { scaled: values.map((value) => (value - least) / (most - least)) };
}`,
    mended: `export default function main({ values }: { values: number[] }) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (least === most) return { scaled: values.map(() => 0) };
  return { scaled: values.map((value) => Math.min(1, (value - least) / (most - least))) };
}`,
  },
  {
    name: 'price-in-cents',
    bug: 'multiplies a price by 100 and calls it a whole number',
    shows: [{ kind: 'output-invalid' }],
    input: {
      ...json,
      properties: { price: { type: 'number', minimum: 0, maximum: 100000 }, currency: { enum: ['EUR', 'USD'] } },
      required: ['price', 'currency'],
    },
    output: {
      ...json,
      properties: { cents: { type: 'integer', minimum: 0 }, currency: { type: 'string' } },
      required: ['cents', 'currency'],
    },
    tests: [{ input: { price: 12.5, currency: 'EUR' }, expected_output: { cents: 1250, currency: 'EUR' } }],
    planted: `async function main({ price, currency }) {
  const cents = price * 100;
  return { cents, currency };
}
main;`,
    mended: `async function main({ price, currency }) {
  const cents = Math.round(price * 100);
  return { cents, currency };
}
main;`,
  },
  {
    name: 'order-total',
    bug: 'takes a voucher off an order that costs less than the voucher is worth',
    shows: [{ kind: 'output-invalid' }],
    input: {
      ...json,
      properties: {
        lines: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            ...json,
            properties: { price: { type: 'number', minimum: 0, maximum: 5000 }, quantity: { type: 'integer', minimum: 1, maximum: 99 } },
            required: ['price', 'quantity'],
          },
        },
        member: { type: 'boolean' },
        voucher: { enum: ['SPRING5', 'THANKS10', 'WELCOME20'] },
      },
      required: ['lines'],
    },
    output: { ...json, properties: { total: { type: 'number', minimum: 0 } }, required: ['total'] },
    tests: [
      { input: { lines: [{ price: 30, quantity: 2 }], voucher: 'THANKS10' }, expected_output: { total: 50 } },
      { input: { lines: [{ price: 100, quantity: 1 }], member: true }, expected_output: { total: 95 } },
    ],
    planted: `const vouchers = { SPRING5: 5, THANKS10: 10, WELCOME20: 20 };

(function (order) {
  let total = order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  if (order.member) total *= 0.95;
  if (order.voucher) total -= vouchers[order.voucher];
  return { total: Math.round(total * 100) / 100 };
})`,
    mended: `const vouchers = { SPRING5: 5, THANKS10: 10, WELCOME20: 20 };

(function (order) {
  let total = order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  if (order.member) total *= 0.95;
  if (order.voucher) total = Math.max(0, total - vouchers[order.voucher]);
  return { total: Math.round(total * 100) / 100 };
})`,
  },
];
