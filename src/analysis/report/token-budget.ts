/** Smaller ones have no room for the fields that are always there. */
export const fewestTokens = 1_000;
export const mostTokens = 200_000;

/** How many tokens a text has, roughly: models count about four characters as one. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}
