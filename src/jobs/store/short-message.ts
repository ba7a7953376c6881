const mostChars = 2_000;

/** A message as the row of a job keeps it: short, and without what PostgreSQL refuses (the character 0, halves of surrogate pairs). */
export function shortMessage(error: { readonly message: string } | null): string | null {
  return error && error.message.slice(0, mostChars).replaceAll('\0', '\uFFFD').toWellFormed();
}
