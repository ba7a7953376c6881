import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every process below one, its children's children included. */
export function childrenOf(pid: number): number[] {
  let direct: number[];
  try {
    direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

/** Those of the processes that still run after two seconds' patience, with the state the kernel gives them. */
export async function survivors(pids: readonly number[]): Promise<string[]> {
  for (let i = 0; i < 40 && pids.some((pid) => stateOf(pid) !== null); i++) await sleep(50);
  return pids.filter((pid) => stateOf(pid) !== null).map((pid) => `${pid} ${stateOf(pid)}`);
}

/** One letter such as R or S; null when the process is gone. A dead one that nobody has buried yet counts as gone. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2)[0]!;
    return state === 'Z' || state === 'X' ? null : state;
  } catch {
    return null;
  }
}
