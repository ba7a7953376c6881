const headEnd = Buffer.from('\r\n\r\n');

/**
 * Whole length in bytes of the answer that begins here; infinite while its head is incomplete.
 * @throws when the head does not say how long the body is
 */
export function answerLength(bytes: Buffer): number {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return Number.POSITIVE_INFINITY;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
  if (length === undefined && !bytes.toString('latin1', 9, 12).startsWith('204')) {
    throw new Error(`an answer without a length: ${bytes.toString('utf8', 0, 200)}`);
  }
  return end + headEnd.length + Number(length ?? 0);
}
