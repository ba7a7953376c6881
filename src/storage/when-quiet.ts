/** A flush to the disk costs a third of a millisecond and more; this long at most it is put off for the sake of others who come in meanwhile. */
const mostMs = 4;

/**
 * Goes on as soon as a turn of the event loop has brought nothing new, at the latest after 4 ms. Whoever comes alone waits for two turns, some
 * microseconds; where many come at once they share what follows.
 * @param arrived how many have come so far
 */
export function whenQuiet(arrived: () => number, goOn: () => void): void {
  const startedAt = performance.now();
  // The first turn comes before the loop has looked at its sockets again.
  let seen = -1;
  const turn = () => {
    const now = arrived();
    if (now === seen || performance.now() - startedAt >= mostMs) return goOn();
    seen = now;
    setImmediate(turn);
  };
  setImmediate(turn);
}
