import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The program and arguments to start, in front of the program they confine. */
export type Wrapping = readonly string[];

export interface Confinement {
  readonly kind: 'bwrap' | 'none';
  /** Why this and not more. */
  readonly detail: string;
  readonly wrap: (command: string, readable: readonly string[]) => Wrapping;
}

const none = (detail: string): Confinement => ({ kind: 'none', detail, wrap: (command) => [command] });

/** System folders a Node process needs to start: its shared libraries. */
const systemFolders = ['/usr', '/lib', '/lib64', '/bin', '/etc/ld.so.cache'];

/**
 * Bubblewrap: no network, no other processes, no files but the ones named, nothing writable, an unprivileged user, an empty environment.
 * The pipe on file descriptor 3 is all that leads out.
 */
function bubblewrap(command: string, readable: readonly string[]): Wrapping {
  const folders = [...systemFolders.filter((path) => existsSync(path)), dirname(command), ...readable];
  return [
    'bwrap',
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    '--setenv',
    'TZ',
    'UTC',
    '--cap-drop',
    'ALL',
    '--uid',
    '65534',
    '--gid',
    '65534',
    ...folders.flatMap((path) => ['--ro-bind', path, path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--chdir',
    '/',
    '--',
    command,
  ];
}

/**
 * What confines workers most likely, without trying: bubblewrap where it is installed. A probe would take 30 ms of every cold start, and
 * the first worker tells as well; when that cannot start, `probeConfinement` decides. No task has run by then.
 */
export function expectConfinement(): Confinement | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isInstalled = process.platform === 'linux' && folders.some((folder) => folder !== '' && existsSync(join(folder, 'bwrap')));
  return isInstalled ? { kind: 'bwrap', detail: 'bubblewrap is installed', wrap: bubblewrap } : null;
}

let probed: Promise<Confinement> | undefined;

/** Finds out once per process whether bubblewrap can confine a Node process here. Takes some 20 ms where it is installed. */
export function probeConfinement(wanted: 'auto' | 'bwrap' | 'none'): Promise<Confinement> {
  if (wanted === 'none') return Promise.resolve(none('switched off by engine.confinement'));
  probed ??= new Promise((resolve) => {
    const [program, ...args] = bubblewrap(process.execPath, []);
    execFile(
      program!,
      [...args, '--version'],
      { timeout: 5_000, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' } },
      (error, stdout) => {
        if (!error && stdout.startsWith('v')) resolve({ kind: 'bwrap', detail: 'bubblewrap works here', wrap: bubblewrap });
        else if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT') resolve(none('bubblewrap (bwrap) is not installed'));
        else resolve(none(`bubblewrap cannot confine a process here: ${firstLine(error?.message ?? stdout)}`));
      },
    );
  });
  return probed;
}

function firstLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines.at(-1)!.slice(0, 200);
}
