import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceTooLarge } from '../../errors.ts';
import { fetchLimits } from './fetch-limits.ts';
import { judgePath } from './judge-path.ts';

export interface WrittenTree {
  readonly checksum: string;
  readonly files: number;
  readonly bytes: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Writes files from outside below a folder, and nothing outside of it. */
export interface TreeWriter {
  /** Whether a file may be written; notes the reason where not. @throws SOURCE_TOO_LARGE where it would be one too many, or too many bytes */
  accepts(path: string, bytes: number): boolean;
  /** Writes a file that was accepted. */
  write(path: string, content: Uint8Array): void;
  skip(path: string, reason: string): void;
  finish(): WrittenTree;
}

/** @param address for messages @param maxBytes of all files together */
export function createTreeWriter(folder: string, address: string, maxBytes: number): TreeWriter {
  const hashes = new Map<string, string>();
  const accepted = new Set<string>();
  const folders = new Set<string>(['.']);
  const skipped: { path: string; reason: string }[] = [];
  let total = 0;
  const skip = (path: string, reason: string) => {
    // Names from outside may steer a terminal.
    // oxlint-disable-next-line no-control-regex
    const shown = path.slice(0, 200).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
    if (skipped.length < fetchLimits.skipped) skipped.push({ path: shown, reason });
  };
  const whyNot = (path: string, bytes: number): string | null => {
    const reason = judgePath(path);
    if (reason !== null) return reason;
    if (bytes > fetchLimits.fileBytes) return `has ${bytes} bytes; a file may have ${fetchLimits.fileBytes}`;
    if (accepted.has(path) || folders.has(path)) return 'is there twice';
    for (let above = dirname(path); above !== '.'; above = dirname(above)) if (accepted.has(above)) return 'lies in a file';
    return null;
  };

  return {
    skip,
    accepts(path, bytes) {
      const reason = whyNot(path, bytes);
      if (reason !== null) {
        skip(path, reason);
        return false;
      }
      total += bytes;
      accepted.add(path);
      for (let above = dirname(path); above !== '.'; above = dirname(above)) folders.add(above);
      if (total > maxBytes) throw sourceTooLarge({ address, what: `its files have more than ${maxBytes} bytes`, limit: maxBytes });
      if (accepted.size > fetchLimits.files) {
        throw sourceTooLarge({ address, what: `it has more than ${fetchLimits.files} files`, limit: fetchLimits.files });
      }
      return true;
    },
    write(path, content) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { mode: 0o444, flag: 'wx' });
      hashes.set(path, createHash('sha256').update(content).digest('hex'));
    },
    finish: () => ({ checksum: checksumOf(hashes), files: hashes.size, bytes: total, skipped }),
  };
}

/** One hash over the paths and the hashes of files. */
export function checksumOf(hashes: ReadonlyMap<string, string>): string {
  const sum = createHash('sha256');
  for (const [path, hash] of [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1))) sum.update(`${hash} ${path}\n`);
  return sum.digest('hex');
}
