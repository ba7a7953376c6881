/** A text as both databases can hold it: PostgreSQL refuses the character 0 and halves of surrogate pairs, so neither has them. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
