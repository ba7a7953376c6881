/** A body on which nothing came for too long. */
export class SilentBody extends Error {
  override readonly name = 'SilentBody';
}

/**
 * The pieces of a body as they come. By a reader, because not every browser can iterate over one; whoever stops looking lets go of the
 * connection.
 * @param silenceMs how long nothing may come @throws SilentBody
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array>,
  silenceMs: number | null = null,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = silenceMs === null ? await reader.read() : await within(reader.read(), silenceMs);
      if (done) return;
      yield value;
    }
  } finally {
    // Of a body that broke there is nothing left to cancel.
    reader.cancel().catch(() => {});
  }
}

async function within<Result>(promise: Promise<Result>, ms: number): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SilentBody(`nothing came for ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
