import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a process has loaded: addresses of modules, and the names of the packages among them. */
export interface Loaded {
  readonly modules: readonly string[];
  readonly packages: readonly string[];
}

/**
 * Notes what a process loads until it ends.
 * @param run starts Node with these arguments before its own and waits for its end
 */
export async function loadedBy(run: (nodeArguments: readonly string[]) => Promise<unknown>): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-loaded-'));
  const list = join(folder, 'list.json');
  const noting = `
    import { writeFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ load(url, context, next) { if (!url.startsWith('node:')) seen.push(url); return next(url, context); } });
    process.on('exit', () => writeFileSync(${JSON.stringify(list)}, JSON.stringify(seen)));`;
  try {
    await run([`--import=data:text/javascript,${encodeURIComponent(noting)}`]);
    const modules = JSON.parse(readFileSync(list, 'utf8')) as string[];
    const names = modules.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]);
    return { modules, packages: [...new Set(names.filter((name) => name !== undefined))].toSorted() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
