import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const specifiers = /(\bfrom\s+|\bimport\()(["'])((?:#|\.)[^"']+)\.ts\2/g;

/**
 * Writes the declarations of one entry, and of all it leads to, beside the built files.
 * @param root the repository @param entry a source below src/, such as surfaces/client/index.ts
 * @returns how many files were written
 */
export function buildDeclarations(root: string, entry: string): number {
  // In the repository, so that packages are found from there.
  const folder = mkdtempSync(join(root, 'node_modules', '.ratchet-types-'));
  try {
    const config = join(folder, 'tsconfig.json');
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'src'),
      outDir: join(folder, 'out'),
    };
    writeFileSync(
      config,
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: [join(root, 'src', entry)] }),
    );
    execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config], { cwd: root, stdio: 'inherit' });
    const written = new Set<string>();
    const write = (stem: string): void => {
      if (written.has(stem)) return;
      written.add(stem);
      const text = readFileSync(join(folder, 'out', `${stem}.d.ts`), 'utf8');
      const plain = text.replaceAll(specifiers, (_, before: string, quote: string, path: string) => {
        const target = path.startsWith('#') ? path.slice(1) : join(dirname(stem), path).replaceAll('\\', '/');
        write(target);
        const beside = relative(dirname(stem), target).replaceAll('\\', '/');
        return `${before}${quote}${beside.startsWith('.') ? beside : `./${beside}`}.js${quote}`;
      });
      const file = join(root, 'dist', `${stem}.d.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, plain);
    };
    write(entry.replace(/\.ts$/, ''));
    return written.size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
