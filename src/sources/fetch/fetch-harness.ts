// A process of its own for tests: fetches the source named by its second argument into the folder named by its first. Standard output carries a line
// per fact: `progress <what>`, `done <snapshot as JSON>`, `failed <code> <message>`.
import { createAddressGuard } from '#engine/index.ts';
import { RatchetError, systemClock } from '#kernel/index.ts';
import { createFetcher } from './create-fetcher.ts';
import { readSourceAddress, type RemoteAddress } from './source-address.ts';

const [folder = '', uri = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const fetcher = createFetcher({
  folder,
  clock: systemClock,
  guard: createAddressGuard({ allowLoopback: false, allowed: [] }),
  env: process.env,
  userAgent: 'Ratchet/test',
});

try {
  const { snapshot } = await fetcher.fetch(
    {
      address: readSourceAddress(uri) as RemoteAddress,
      reach: 'anywhere',
      ref: null,
      subdirectory: null,
      auth: null,
      depth: 1,
      timeoutMs: 20_000,
      maxBytes: 100_000_000,
      allowedSigners: null,
      expectedSha256: null,
      previous: null,
      onProgress: (what) => say(`progress ${what}`),
    },
    new AbortController().signal,
  );
  say(`done ${JSON.stringify(snapshot)}`);
} catch (error) {
  say(error instanceof RatchetError ? `failed ${error.code} ${error.message}` : `failed ${String(error)}`);
}
await fetcher.close();
