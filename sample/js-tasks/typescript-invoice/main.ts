import { Currency, percentOf, toCents, type Line } from './money.ts';

interface Input {
  lines: Line[];
  currency?: Currency;
  taxPercent?: number;
  discountPercent?: number;
}

interface Output {
  currency: Currency;
  net: number;
  discount: number;
  tax: number;
  total: number;
}

/** Logs what a step came to. */
function logged<This, Args extends unknown[], Result>(
  step: (this: This, ...args: Args) => Result,
  context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Result>,
): (this: This, ...args: Args) => Result {
  return function (this: This, ...args: Args): Result {
    const result = step.apply(this, args);
    console.log(`${String(context.name)} = ${String(result)}`);
    return result;
  };
}

/** All amounts are in cents, so that nothing is lost to binary fractions. */
class Invoice {
  readonly #lines: readonly Line[];

  constructor(lines: readonly Line[]) {
    if (lines.length === 0) throw new ValidationError('An invoice needs at least one line');
    this.#lines = lines;
  }

  @logged
  netCents(): number {
    return this.#lines.reduce((sum, line) => sum + line.quantity * toCents(line.unitPrice), 0);
  }
}

export default function main(input: Input): Output {
  const net = new Invoice(input.lines).netCents();
  const discount = percentOf(net, input.discountPercent ?? 0);
  const tax = percentOf(net - discount, input.taxPercent ?? 20);
  return {
    currency: input.currency ?? Currency.Euro,
    net: net / 100,
    discount: discount / 100,
    tax: tax / 100,
    total: (net - discount + tax) / 100,
  };
}
