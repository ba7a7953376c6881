/** Processes of MCP servers that were started and have not been seen to end. */
const groups = new Set<number>();
let isWatching = false;

/** Remembers a process group, so that it does not outlive this process, however that ends (but for SIGKILL: then its input is closed). */
export function keepGroup(pid: number): void {
  groups.add(pid);
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const one of groups) endGroup(one);
  });
}

/** Ends a process with everything it has started. */
export function endGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
  if (signal === 'SIGKILL') groups.delete(pid);
}
