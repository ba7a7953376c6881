import type { TaskPair } from './task-pair.ts';

const json = { type: 'object' } as const;

/** Answers of other people's servers that hold null, or less than their documentation shows. */
export const nullInResponse: readonly TaskPair[] = [
  {
    name: 'company-card',
    bug: 'trims the company of a user who has not named one',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { login: { type: 'string', pattern: '^[a-z0-9-]{1,39}$' } }, required: ['login'] },
    output: { ...json, properties: { name: { type: 'string' }, company: { type: 'string' } }, required: ['name', 'company'] },
    tests: [
      {
        input: { login: 'ada' },
        mock: {
          http: {
            url: 'https://api.example.com/users/ada',
            method: 'GET',
            response: { status: 200, body: { login: 'ada', name: 'Ada L.', company: ' @engines ', followers: 7 } },
          },
        },
        expected_output: { name: 'Ada L.', company: 'engines' },
      },
    ],
    planted: `async function main({ login }) {
  const response = await fetch('https://api.example.com/users/' + login);
  if (!response.ok) throw new HttpError(response.status, 'user ' + login + ' cannot be read');
  const user = await response.json().catch(() => null);
  if (user === null || typeof user !== 'object') throw new DataError('the answer is no user');
  const name = typeof user.name === 'string' ? user.name : login;
  const company = user.company === undefined ? '' : user.company.trim().replace(/^@/, '');
  return { name, company };
}`,
    mended: `async function main({ login }) {
  const response = await fetch('https://api.example.com/users/' + login);
  if (!response.ok) throw new HttpError(response.status, 'user ' + login + ' cannot be read');
  const user = await response.json().catch(() => null);
  if (user === null || typeof user !== 'object') throw new DataError('the answer is no user');
  const name = typeof user.name === 'string' ? user.name : login;
  const company = typeof user.company === 'string' ? user.company.trim().replace(/^@/, '') : '';
  return { name, company };
}`,
  },
  {
    name: 'open-orders',
    bug: 'expects every order to have a customer, guests included',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { shop: { type: 'integer', minimum: 1 } }, required: ['shop'] },
    output: {
      ...json,
      properties: {
        orders: { type: 'array', items: { ...json, required: ['id', 'customer'], properties: { customer: { type: 'string' } } } },
      },
      required: ['orders'],
    },
    tests: [
      {
        input: { shop: 4 },
        mock: {
          http: {
            url: 'https://shop.example.com/api/4/orders',
            response: {
              status: 200,
              body: {
                orders: [
                  { id: 1, state: 'open', customer: { name: 'Ada' } },
                  { id: 2, state: 'sent', customer: { name: 'Bo' } },
                ],
              },
            },
          },
        },
        expected_output: { orders: [{ id: 1, customer: 'Ada' }] },
      },
    ],
    planted: `export default async function main(input) {
  const response = await fetch('https://shop.example.com/api/' + input.shop + '/orders?state=open');
  if (response.status !== 200) throw new ServiceUnavailableError('the shop answered ' + response.status);
  let data;
  try {
    data = await response.json();
  } catch {
    throw new DataError('the shop did not answer in JSON');
  }
  if (!data || !Array.isArray(data.orders)) throw new DataError('the shop sent no orders');
  const orders = data.orders.filter((order) => order && typeof order === 'object' && order.state === 'open' && order.id !== undefined);
  return { orders: orders.map((order) => ({ id: order.id, customer: String(order.customer.name) })) };
}`,
    mended: `export default async function main(input) {
  const response = await fetch('https://shop.example.com/api/' + input.shop + '/orders?state=open');
  if (response.status !== 200) throw new ServiceUnavailableError('the shop answered ' + response.status);
  let data;
  try {
    data = await response.json();
  } catch {
    throw new DataError('the shop did not answer in JSON');
  }
  if (!data || !Array.isArray(data.orders)) throw new DataError('the shop sent no orders');
  const orders = data.orders.filter((order) => order && typeof order === 'object' && order.state === 'open' && order.id !== undefined);
  return { orders: orders.map((order) => ({ id: order.id, customer: order.customer ? String(order.customer.name) : 'guest' })) };
}`,
  },
  {
    name: 'find-place',
    bug: 'takes the first of the places found, of which there may be none',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { query: { type: 'string', minLength: 1, maxLength: 200 } }, required: ['query'] },
    output: {
      ...json,
      properties: { lat: { type: 'number', minimum: -90, maximum: 90 }, lon: { type: 'number', minimum: -180, maximum: 180 } },
      required: ['lat', 'lon'],
    },
    tests: [
      {
        input: { query: 'Graz' },
        mock: {
          http: {
            url: 'geo.example.com/search',
            response: { status: 200, body: { results: [{ name: 'Graz', location: { lat: 47.07, lon: 15.44 } }] } },
          },
        },
        expected_output: { lat: 47.07, lon: 15.44 },
      },
    ],
    planted: `(function (input) {
  const data = fetch('https://geo.example.com/search?q=' + encodeURIComponent(input.query)).body;
  if (data === null || typeof data !== 'object' || !Array.isArray(data.results)) throw new DataError('not a list of places');
  const { location } = data.results[0];
  const isPlace = location && Math.abs(location.lat) <= 90 && Math.abs(location.lon) <= 180;
  if (!isPlace) throw new DataError('the place has no position');
  return { lat: Number(location.lat), lon: Number(location.lon) };
})`,
    mended: `(function (input) {
  const data = fetch('https://geo.example.com/search?q=' + encodeURIComponent(input.query)).body;
  if (data === null || typeof data !== 'object' || !Array.isArray(data.results)) throw new DataError('not a list of places');
  if (!data.results[0]) throw new DataError('nothing found for ' + input.query);
  const { location } = data.results[0];
  const isPlace = location && Math.abs(location.lat) <= 90 && Math.abs(location.lon) <= 180;
  if (!isPlace) throw new DataError('the place has no position');
  return { lat: Number(location.lat), lon: Number(location.lon) };
})`,
  },
  {
    name: 'price-tag',
    bug: 'formats the price of a product whose price is on request, and therefore null',
    shows: [{ kind: 'untyped-error', errorClass: 'TypeError' }],
    input: { ...json, properties: { sku: { type: 'string', pattern: '^[A-Z]{2}[0-9]{4}$' } }, required: ['sku'] },
    output: { ...json, properties: { text: { type: 'string', minLength: 1 } }, required: ['text'] },
    tests: [
      {
        input: { sku: 'AB1234' },
        mock: {
          http: {
            url: 'https://stock.example.com/products/AB1234',
            response: { status: 200, body: { sku: 'AB1234', price: { amount: 12.5, currency: 'EUR' }, discount: null } },
          },
        },
        expected_output: { text: '12.50 EUR' },
      },
      {
        input: { sku: 'ZZ0000' },
        mock: { http: { url: 'https://stock.example.com/products/ZZ0000', response: { status: 404, body: { error: 'unknown' } } } },
        expected_error: 'no product ZZ0000',
      },
    ],
    planted: `const base = 'https://stock.example.com/products/';

async function tag({ sku }) {
  const response = await fetch(base + sku, { throwOnError: false });
  if (response.status === 404) throw new DataError('no product ' + sku);
  if (!response.ok) throw new ServiceUnavailableError('stock answered ' + response.status);
  const product = JSON.parse((await response.text()) || 'null', undefined);
  if (!product || !product.price) throw new DataError('no price for ' + sku);
  return { text: product.price.amount.toFixed(2) + ' ' + product.price.currency };
}
const main = (input) => tag(input).catch((error) => {
  if (error instanceof SyntaxError) throw new DataError('stock did not answer in JSON');
  throw error;
});
module.exports = { main };`,
    mended: `const base = 'https://stock.example.com/products/';

async function tag({ sku }) {
  const response = await fetch(base + sku, { throwOnError: false });
  if (response.status === 404) throw new DataError('no product ' + sku);
  if (!response.ok) throw new ServiceUnavailableError('stock answered ' + response.status);
  const product = JSON.parse((await response.text()) || 'null', undefined);
  if (!product || !product.price) throw new DataError('no price for ' + sku);
  const { amount, currency } = product.price;
  if (amount === null || amount === undefined) return { text: 'on request' };
  if (typeof amount !== 'number') throw new DataError('the price of ' + sku + ' is no number');
  return { text: amount.toFixed(2) + ' ' + currency };
}
const main = (input) => tag(input).catch((error) => {
  if (error instanceof SyntaxError) throw new DataError('stock did not answer in JSON');
  throw error;
});
module.exports = { main };`,
  },
];
