import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { traceUnwritable } from './errors.ts';
import { tracePage } from './trace-page.ts';
import type { Trace } from './trace.ts';

export type TraceFormat = 'html' | 'json';

/**
 * Writes a trace as a page or as JSON, over an older one of the same name.
 * @param name the task's, of letters and digits
 * @param file `<name>-trace.html` in the current folder when null
 * @returns the path as it can be shown
 * @throws TRACE_UNWRITABLE
 */
export function writeTrace(trace: Trace, name: string, format: TraceFormat, file: string | null): string {
  const path = file ?? `${name}-trace.${format}`;
  const text = format === 'html' ? tracePage(trace) : `${JSON.stringify(trace)}\n`;
  const beside = `${resolve(path)}.${process.pid}.tmp`;
  try {
    if (isDevice(path)) writeFileSync(path, text);
    else {
      // A page that was open while it was written would show half of itself.
      writeFileSync(beside, text);
      renameSync(beside, path);
    }
    return path;
  } catch (caught) {
    rmSync(beside, { force: true });
    throw traceUnwritable({ path, reason: reasonOf(caught as NodeJS.ErrnoException) }, caught);
  }
}

/** `/dev/stderr`, a named pipe: what is renamed onto it would replace it. */
function isDevice(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const known: Record<string, string> = {
    ENOENT: 'there is no such folder',
    EACCES: 'it may not be written',
    EPERM: 'it may not be written',
    EROFS: 'it may not be written',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is no folder',
    ENOSPC: 'the disk is full',
    ENAMETOOLONG: 'the name is too long',
  };
  return known[code ?? ''] ?? message;
}
