export enum Currency {
  Euro = 'EUR',
  Dollar = 'USD',
  Pound = 'GBP',
}

export interface Line {
  text: string;
  quantity: number;
  unitPrice: number;
}

export function toCents(amount: number): number {
  return Math.round(amount * 100);
}

/** Rounded to whole cents, half a cent upwards. */
export function percentOf(cents: number, percent: number): number {
  return Math.round((cents * percent) / 100);
}
