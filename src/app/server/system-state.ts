import { statfsSync } from 'node:fs';
import { availableParallelism, hostname, loadavg } from 'node:os';

/** How the machine of the server is now, for error reports. Percentages are rounded; null where nobody can tell. */
export function systemState(dataFolder: string | null) {
  return {
    hostname: hostname(),
    processId: process.pid,
    memoryUsageMb: Math.round(process.memoryUsage.rss() / 1024 ** 2),
    // Work that waits for a processor, of the last minute; Windows does not count it.
    cpuUsagePercent: process.platform === 'win32' ? null : Math.round((100 * loadavg()[0]!) / availableParallelism()),
    diskUsagePercent: diskUsage(dataFolder),
    activeConnections: null,
  };
}

function diskUsage(folder: string | null): number | null {
  if (folder === null) return null;
  try {
    const { blocks, bavail } = statfsSync(folder);
    return blocks === 0 ? null : Math.round((100 * (blocks - bavail)) / blocks);
  } catch {
    return null;
  }
}
