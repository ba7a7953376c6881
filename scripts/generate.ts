// Writes the reference pages from the sources; `--check` writes nothing, names the pages that are out of date and exits with 1.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { generatedPages, staleFiles } from './generate/pages.ts';

// Reading the protocol's own comments strips its types with a part of Node that still calls itself experimental.
process.removeAllListeners('warning');

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const pages = await generatedPages(root);

const changed = pages.filter(({ path, text }) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
const stale = staleFiles(root, pages);

if (isCheck) {
  for (const { path } of changed) process.stdout.write(`${path} is out of date: run \`npm run generate\` and commit the result.\n`);
  for (const path of stale)
    process.stdout.write(`${path} documents something that is gone: run \`npm run generate\` and commit the result.\n`);
  process.exitCode = changed.length + stale.length > 0 ? 1 : 0;
} else {
  for (const { path, text } of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
  for (const path of stale) {
    rmSync(join(root, path));
    process.stdout.write(`removed ${relative('.', path)}\n`);
  }
}
