import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, wordOf } from './docs/markdown.ts';
import { promises } from './requirements/promises.ts';
import { verifies } from './requirements/verifies.ts';
import { readTree } from './tidy/source-tree.ts';

const root = join(import.meta.dirname, '..');

/** Every citation: by a test, or by an example that is run. */
function citations(): { id: string; path: string }[] {
  return readTree(root).flatMap(({ path, text }) => {
    if (/\.(?:test|contract)\.ts$/.test(path) && path !== 'tests/requirements.test.ts') {
      return [...text.matchAll(/\bverifies\('([^']+)'\)/g)].map((match) => ({ id: match[1]!, path }));
    }
    if (!path.endsWith('.md')) return [];
    return blocksOf(text).flatMap((block) => {
      const id = block.words.includes('run') ? wordOf(block, 'verifies') : null;
      return id === null ? [] : [{ id, path }];
    });
  });
}

describe('the promises of the product', () => {
  it('are each proven by a test or by an example that is run', () => {
    const cited = new Set(citations().map(({ id }) => id));
    expect(promises.filter(({ id }) => !cited.has(id)).map(({ id }) => `${id} is promised and proven nowhere`)).toEqual([]);
  });
  it('are the only ones that tests and examples cite', () => {
    const known = new Set(promises.map(({ id }) => id));
    expect(
      citations()
        .filter(({ id }) => !known.has(id))
        .map(({ id, path }) => `${path} cites ${id}, which nobody promised`),
    ).toEqual([]);
    expect(() => verifies('nobody.said-so')).toThrow('no promise');
  });
  it('have ids of their own and pages that exist', () => {
    expect(new Set(promises.map(({ id }) => id)).size).toBe(promises.length);
    expect(promises.filter(({ page }) => !existsSync(join(root, page))).map(({ page }) => page)).toEqual([]);
  });
});
