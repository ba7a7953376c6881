import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** Bytes. What makes it grow past it is worth a look. */
const most = { minified: 26_000, gzipped: 10_000 };

it('the client is small, needs neither Node nor a library, and carries nothing of the server', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, 'src/surfaces/client/index.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
  });
  // A build for browsers already fails at an import of Node's own; a library would be found here.
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/surfaces/client/'));
  expect(inputs.toSorted()).toEqual(['src/kernel/call.ts', 'src/kernel/caller.ts', 'src/kernel/error.ts', 'src/kernel/quantity.ts']);
  const [bundle] = outputFiles;
  expect(/\bnode:|\bprocess\.|\bBuffer\.|\brequire\(/.test(bundle!.text)).toBe(false);
  expect(bundle!.contents.length).toBeLessThan(most.minified);
  expect(gzipSync(bundle!.contents).length).toBeLessThan(most.gzipped);
});
