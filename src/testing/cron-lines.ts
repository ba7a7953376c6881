import fc from 'fast-check';

const monthNames = ['JAN', 'feb', 'Mar', 'APR', 'may', 'Jun', 'JUL', 'AUG', 'sep', 'OCT', 'NOV', 'Dec'];
const weekdayNames = ['SUN', 'mon', 'Tue', 'WED', 'thu', 'FRI', 'Sat'];

/** Cron lines of five, six and seven fields with everything that may stand in one. Some name a date that does not exist. */
export function cronLine(): fc.Arbitrary<string> {
  const five = [minutes(), hours(), days(), months(), weekdays()] as const;
  return fc
    .oneof(
      { weight: 5, arbitrary: fc.tuple(...five) },
      { weight: 2, arbitrary: fc.tuple(seconds(), ...five) },
      { weight: 1, arbitrary: fc.tuple(seconds(), ...five, years()) },
    )
    .map((fields) => fields.join(' '));
}

/** Cron lines that come due at most once on any day. */
export function dailyLine(): fc.Arbitrary<string> {
  return fc.tuple(number(0, 59), hourAtNight(), days(), months(), weekdays()).map((fields) => fields.join(' '));
}

/** What may stand in the field of weekdays. */
export function weekdays(): fc.Arbitrary<string> {
  const day = named(0, 7, [...weekdayNames, 'SUN']);
  const single = named(0, 6, weekdayNames);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('*', '*', '?') },
    {
      weight: 3,
      arbitrary: list(fc.oneof(day, range(single, single), range(fc.constant('1'), fc.constant('7')), range(single, fc.constant('7')))),
    },
    {
      weight: 1,
      arbitrary: list(
        fc.oneof(
          fc.tuple(day, fc.integer({ min: 1, max: 5 })).map(([name, nth]) => `${name}#${nth}`),
          day.map((name) => `${name}L`),
        ),
      ),
    },
    { weight: 1, arbitrary: step(fc.oneof(fc.constant('*'), single, range(single, single)), 7) },
  );
}

function seconds(): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: list(number(0, 59)) }, { weight: 1, arbitrary: step(fc.constant('*'), 60, 15) });
}

function minutes(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: list(number(0, 59)) },
    { weight: 1, arbitrary: range(number(0, 59), number(0, 59)) },
    { weight: 2, arbitrary: step(fc.oneof(fc.constant('*'), number(0, 59), range(number(0, 59), number(0, 59))), 60, 5) },
    { weight: 1, arbitrary: fc.constant('*') },
  );
}

/** Mostly the hours in which clocks are changed. */
function hourAtNight(): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: number(0, 4) }, { weight: 1, arbitrary: number(0, 23) });
}

function hours(): fc.Arbitrary<string> {
  const any = number(0, 23);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: list(hourAtNight()) },
    { weight: 1, arbitrary: list(range(any, any)) },
    { weight: 2, arbitrary: step(fc.oneof(fc.constant('*'), any, range(any, any)), 24) },
    { weight: 1, arbitrary: fc.constant('0-23') },
  );
}

function days(): fc.Arbitrary<string> {
  const day = number(1, 31);
  const special = fc.oneof(
    fc.constantFrom('L', 'LW', 'lw'),
    day.map((one) => `${one}W`),
    number(0, 30).map((one) => `L-${one}`),
  );
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('*', '*', '?') },
    { weight: 2, arbitrary: list(fc.oneof(day, range(day, day))) },
    { weight: 1, arbitrary: list(fc.oneof(day, special)) },
    { weight: 1, arbitrary: step(fc.oneof(fc.constant('*'), day, range(day, day)), 31) },
  );
}

function months(): fc.Arbitrary<string> {
  const month = named(1, 12, monthNames);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant('*') },
    { weight: 1, arbitrary: list(fc.oneof(month, range(month, month))) },
    { weight: 1, arbitrary: step(fc.oneof(fc.constant('*'), month), 12) },
  );
}

function years(): fc.Arbitrary<string> {
  const year = fc.integer({ min: 2005, max: 2028 });
  return fc.oneof(
    fc.constant('*'),
    year.map(String),
    fc.tuple(year, fc.nat(8)).map(([from, more]) => `${from}-${from + more}`),
    fc.tuple(year, fc.integer({ min: 1, max: 4 })).map(([from, every]) => `${from}/${every}`),
  );
}

function number(min: number, max: number): fc.Arbitrary<string> {
  return fc.tuple(fc.integer({ min, max }), fc.boolean()).map(([one, isPadded]) => (isPadded ? String(one).padStart(2, '0') : String(one)));
}

function named(min: number, max: number, names: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(number(min, max), fc.constantFrom(...names));
}

function range(from: fc.Arbitrary<string>, to: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(from, to).map((ends) => ends.join('-'));
}

function step(base: fc.Arbitrary<string>, most: number, least = 1): fc.Arbitrary<string> {
  return fc.tuple(base, fc.integer({ min: least, max: most })).map((parts) => parts.join('/'));
}

function list(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(','));
}
