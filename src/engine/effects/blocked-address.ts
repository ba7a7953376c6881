/** A request ended before a byte was sent because its target is no place for tasks. The message is a clause, without a full stop. */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress';
}
