import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { isReset, networkFailure, RequestFailed } from './failure.ts';

/** More layers than this serve only to multiply a bomb. */
const mostLayers = 3;

/**
 * Reads a body to its end, decompressed as its Content-Encoding says, in at most `limitBytes`: both the bytes on the wire and the bytes
 * that come out count, so a small body that unfolds into a huge one ends at the limit with a few buffers used. An encoding nobody
 * knows is left as it is, like browsers do. Throws RequestFailed (`too-large`, `protocol`) or what the stream fails with.
 */
export async function readBody(body: Readable, encoding: string, limitBytes: number, host: string): Promise<Uint8Array> {
  // Whoever destroys the stream early makes it emit an error, which without a listener would end this process.
  let bodyError: unknown;
  body.on('error', (error) => {
    bodyError = error;
  });
  const layers = layersOf(encoding);
  if (layers.length > mostLayers) {
    body.destroy();
    throw new RequestFailed(
      networkFailure('protocol', `The answer of ${host} is compressed ${layers.length} times; at most ${mostLayers} are undone.`),
    );
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of source) {
      total += chunk.byteLength;
      if (total > limitBytes) throw tooLarge(host, limitBytes);
      chunks.push(chunk);
    }
  };
  if (layers.length === 0) {
    await collect(body);
  } else {
    const iterator = limited(body, limitBytes, host);
    const first = await iterator.next();
    // Nothing at all is no broken archive: it is what answers without a body look like.
    if (first.done) return new Uint8Array(0);
    const source = resumed(first.value, iterator);
    try {
      await pipeline([source, ...layers.map((layer) => decoders[layer](first.value)), collect] as never);
    } catch (error) {
      body.destroy();
      if (error instanceof RequestFailed || error === bodyError || isReset(error)) throw error;
      throw new RequestFailed(
        networkFailure('protocol', `The answer of ${host} says it is ${encoding}, but cannot be decompressed.`),
        error,
      );
    }
  }
  return Buffer.concat(chunks, total);
}

type Layer = 'gzip' | 'deflate' | 'br' | 'zstd';
const layerNames: Readonly<Record<string, Layer>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br', zstd: 'zstd' };

/** The layers in the order in which they are undone; none when one of them is unknown. */
function layersOf(encoding: string): Layer[] {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const layers = names.map((name) => layerNames[name]);
  return layers.every((layer) => layer !== undefined) ? layers.toReversed() : [];
}

const decoders: Readonly<Record<Layer, (firstBytes: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  // Servers send both the zlib format (as the standard says) and raw deflate; the first byte tells which.
  deflate: (firstBytes) => ((firstBytes[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  // RFC 9659: windows of more than 8 MB must not be used over HTTP; they are memory a stranger would make us allocate.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

async function* limited(body: Readable, limitBytes: number, host: string): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    total += chunk.byteLength;
    if (total > limitBytes) throw tooLarge(host, limitBytes);
    yield chunk;
  }
}

async function* resumed(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* rest;
}

function tooLarge(host: string, limitBytes: number): RequestFailed {
  return new RequestFailed(
    networkFailure('too-large', `The answer of ${host} is larger than ${limitBytes} bytes (http.max_response_bytes).`),
  );
}
