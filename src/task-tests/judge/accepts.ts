/** `"array_length:3"` in an expected output stands for any list of three items; older tests say it so. */
export function acceptsLength(expected: unknown, received: unknown): boolean {
  if (typeof expected !== 'string' || !Array.isArray(received)) return false;
  const [, length] = /^array_length:(\d+)$/.exec(expected) ?? [];
  return length !== undefined && received.length === Number(length);
}
