// Builds what the published package runs: plain JavaScript in dist/, one file for each source in the same folders, so that a command
// loads only what it needs and a stack trace reads like the repository; the declarations of what others may import; and the OpenAPI document.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { serverOperations, serverStreams } from '../src/app/server/server-operations.ts';
import { openApiDocument } from '../src/surfaces/rest/openapi.ts';
import { buildDeclarations } from './build-declarations.ts';

const root = join(import.meta.dirname, '..');

const isProgram = (path: string) =>
  path.endsWith('.ts') &&
  !/\.test\.ts$|\.contract\.ts$|-harness\.ts$|-for-test\.ts$|^testing\/|^engine\/realm\/|^debugging\/trace-page\/browser\/|^surfaces\/graphql\/playground\/browser\//.test(
    path,
  );

/** Leaves every import where it is and turns its path into that of the built file. */
const plainImports: Plugin = {
  name: 'plain-imports',
  setup(esbuild) {
    esbuild.onResolve({ filter: /.*/ }, ({ kind, path, importer }) => {
      if (kind === 'entry-point') return null;
      if (!path.startsWith('#') && !path.startsWith('.')) return { path, external: true };
      const file = path.startsWith('#') ? join(root, 'src', path.slice(1)) : join(dirname(importer), path);
      const beside = relative(dirname(importer), file).replaceAll('\\', '/').replace(/\.ts$/, '.js');
      return { path: beside.startsWith('.') ? beside : `./${beside}`, external: true };
    });
  },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter(isProgram);

await build({
  absWorkingDir: root,
  entryPoints: sources.map((path) => `src/${path}`),
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  plugins: [plainImports],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
});

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
writeFileSync(join(root, 'dist/openapi.json'), `${JSON.stringify(openApiDocument(serverOperations, serverStreams, version))}\n`);

const declared = buildDeclarations(root, 'surfaces/client/index.ts');
process.stdout.write(`built ${sources.length} files and ${declared} declarations into dist/\n`);
