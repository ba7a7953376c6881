import { z } from 'zod';

/** How a caller names a thing of a kind: its number (as a number or as text), its uuid or its name. Comes out as text. */
export function reference(what: string) {
  return z
    .union([z.string().min(1).max(200), z.number().int().nonnegative()])
    .transform(String)
    .describe(`Number, uuid or name of the ${what}`);
}
