import type { Dice } from '../dice.ts';
import type { Words } from '../words.ts';

type Draw = (dice: Dice, words: Words) => string;

/** A text of a format; null for formats that nobody checks. */
export function formatText(dice: Dice, format: string, words: Words): string | null {
  return Object.hasOwn(formats, format) ? formats[format]!(dice, words) : null;
}

/** First and last days, leap days, and days on which clocks are put back or forth. */
const dates = ['1970-01-01', '1969-12-31', '2000-02-29', '2024-02-29', '2023-02-28', '2026-03-01', '2025-12-31', '2026-01-01', '2026-03-29', '2026-10-25', '2026-01-31', '1900-02-28', '1582-10-15', '2038-01-19', '2099-12-31', '9999-12-31', '0001-01-01']; // prettier-ignore

const two = (value: number) => String(value).padStart(2, '0');

const date: Draw = (dice) => {
  if (dice.chance(40)) return dice.pick(dates);
  const year = dice.chance(80) ? dice.int(1970, 2037) : dice.int(1, 9999);
  const month = dice.int(1, 12);
  const day = dice.int(1, new Date(Date.UTC(2023, month, 0)).getUTCDate());
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
};

/** Never second 60: the language's own Date does not know it either. */
const clock: Draw = (dice) =>
  dice.chance(40)
    ? dice.pick(['00:00:00', '23:59:59', '12:00:00', '00:00:01'])
    : `${two(dice.int(0, 23))}:${two(dice.int(0, 59))}:${two(dice.int(0, 59))}`;

const fraction: Draw = (dice) => dice.oneOf([6, () => ''], [2, () => `.${dice.int(1, 999)}`], [1, () => `.${dice.int(100_000, 999_999)}`]);
const zone: Draw = (dice) =>
  dice.oneOf([6, () => 'Z'], [3, () => dice.pick(['+00:00', '-00:00', '+02:00', '-05:00', '+05:30', '+14:00', '-11:00'])]);

const label: Draw = (dice) =>
  dice.oneOf([3, () => dice.pick(['a', 'example', 'www', 'xn--bcher-kva', 'a-b', '1'])], [1, () => 'a'.repeat(dice.pick([1, 20, 63]))]);
const host: Draw = (dice, words) =>
  [...Array.from({ length: dice.int(0, 2) }, () => label(dice, words)), dice.pick(['example.com', 'example.org', 'localhost'])].join('.');

const email: Draw = (dice, words) => {
  const local = dice.oneOf(
    [3, () => dice.pick(['ada', 'a', 'ada.lovelace', 'a+b', "o'hara", 'A_B', '1'])],
    [1, () => 'a'.repeat(dice.pick([30, 64]))],
  );
  return `${local}@${host(dice, words).replace('localhost', 'example.com')}`;
};

const path: Draw = (dice) =>
  dice.pick(['', '/', '/a', '/a/b.html', '/a%20b', '/%C3%BC', '/a/../b', '//', `/${'a'.repeat(dice.pick([10, 200]))}`]);
const query: Draw = (dice) => dice.pick(['', '', '?a=1', '?a=1&b=%20', '?q', '?a=1&a=2', '#top', '?a=b#c']);

const url: Draw = (dice, words) =>
  `${dice.pick(['https', 'https', 'http'])}://${host(dice, words)}${dice.pick(['', '', ':8080', ':1'])}${path(dice, words)}${query(dice, words)}`;

/** Mostly addresses on the web; a schema that says uri means others as well. */
const uri: Draw = (dice, words) =>
  dice.chance(90)
    ? url(dice, words)
    : dice.pick(['urn:isbn:0451450523', 'mailto:ada@example.com', 'ftp://example.com/a', 'file:///etc/hosts', 'data:,a', 'tel:+43316']);

const uuid: Draw = (dice) =>
  dice.oneOf(
    [8, () => dice.of(dice.fc.uuid())],
    [1, () => '00000000-0000-0000-0000-000000000000'],
    [1, () => dice.of(dice.fc.uuid()).toUpperCase()],
  );

const duration: Draw = (dice) => dice.pick(['P1D', 'PT1H', 'PT0S', 'P1Y2M3D', 'P3W', 'P1DT12H30M5S', 'PT36H', 'P0D']);

const dateTime: Draw = (dice, words) => `${date(dice, words)}T${clock(dice, words)}${fraction(dice, words)}${zone(dice, words)}`;

const formats: Readonly<Record<string, Draw>> = {
  date,
  time: (dice, words) => `${clock(dice, words)}${fraction(dice, words)}${zone(dice, words)}`,
  'iso-time': (dice, words) => `${clock(dice, words)}${fraction(dice, words)}${zone(dice, words)}`,
  'date-time': dateTime,
  'iso-date-time': dateTime,
  duration,
  email,
  'idn-email': email,
  hostname: (dice, words) => (dice.chance(10) ? '127.0.0.1' : host(dice, words)),
  'idn-hostname': host,
  ipv4: (dice) => (dice.chance(40) ? dice.pick(['0.0.0.0', '127.0.0.1', '255.255.255.255', '10.0.0.1']) : dice.of(dice.fc.ipV4())),
  ipv6: (dice) => (dice.chance(40) ? dice.pick(['::', '::1', 'fe80::1', '2001:db8::1', '::ffff:127.0.0.1']) : dice.of(dice.fc.ipV6())),
  uri,
  iri: uri,
  // As the check has it: a path before a query, ports of at least two digits, no host without a dot or with punycode.
  url: (dice) =>
    `${dice.pick(['https', 'http'])}://${dice.pick(['example.com', 'a.example.org', 'www.a-b.example.com', '1.example.com'])}${dice.pick(['', '', ':8080'])}/${dice.pick(['', 'a', 'a/b.html', 'a%20b', '?a=1&b=%20', 'a?q', '#top'])}`,
  'uri-reference': (dice, words) => (dice.chance(50) ? uri(dice, words) : dice.pick(['', '/a', '../b', '?a=1', '#top', 'a/b'])),
  'iri-reference': (dice, words) => (dice.chance(50) ? uri(dice, words) : dice.pick(['', '/a', '../b', '?a=1', '#top'])),
  'uri-template': (dice) => dice.pick(['/a', '/users/{id}', '/search{?q,page}', 'https://example.com/{+path}', '']),
  uuid,
  regex: (dice) => dice.pick(['', '.', '^a+$', '[a-z]*', '(a|b)?', '\\d{2,3}', '(?:)']),
  'json-pointer': (dice) => dice.pick(['', '/', '/a', '/a/0', '/a~1b', '/m~0n', '/ ']),
  'json-pointer-uri-fragment': (dice) => dice.pick(['#', '#/a', '#/a/0', '#/a~1b']),
  'relative-json-pointer': (dice) => dice.pick(['0', '1/a', '2/a/0', '0#']),
  byte: (dice) => dice.pick(['', 'YQ==', 'YWI=', 'YWJj', '////', '+/+/']),
};
