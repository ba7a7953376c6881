import { readdirSync, readFileSync } from 'node:fs';

/** Length of one tick of /proc's processor times; 100 per second on every Linux that Node runs on. */
const tickMs = 10;

export interface FamilyCpu {
  /** This process, all threads, in milliseconds. */
  readonly hostMs: number;
  /** Every process below this one, ended ones included, in milliseconds. */
  readonly childrenMs: number;
}

/** Processor time of this process and of all it has started, by /proc. Ticks of 10 ms: measure over a second or more. */
export function familyCpu(): FamilyCpu {
  const { user, system } = process.cpuUsage();
  return { hostMs: (user + system) / 1000, childrenMs: reapedMs(process.pid) + cpuOf(descendants(process.pid), []) };
}

/** Processor time in milliseconds that processes have used, and with them all they have started, ended ones included. */
export function cpuOf(pids: readonly number[], below: readonly number[] = pids.flatMap(descendants)): number {
  return [...pids, ...below].reduce((sum, pid) => sum + ownMs(pid) + reapedMs(pid), 0);
}

/** Processes below one, children before grandchildren. */
export function descendants(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
      if (text !== '') children.push(...text.split(' ').map(Number));
    }
  } catch {
    // It ended while we looked; what it used is with its parent now.
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

export interface ProcessMemory {
  /** Resident size in MB. */
  readonly rssMb: number;
  /** Resident size with shared pages divided among their users, in MB. */
  readonly pssMb: number;
  /** Written by this process alone, in MB. */
  readonly privateDirtyMb: number;
}

export function processMemory(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 102.4) / 10;
  return { rssMb: mb('Rss'), pssMb: mb('Pss'), privateDirtyMb: mb('Private_Dirty') };
}

function ownMs(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) * tickMs : 0;
}

/** Of the children that have ended and been waited for. */
function reapedMs(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[13]) + Number(fields[14])) * tickMs : 0;
}

/** Fields of /proc/pid/stat from the third on: the second, the name, may hold spaces. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
