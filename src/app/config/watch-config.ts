import { unwatchFile, watchFile } from 'node:fs';

export interface WatchedFile {
  close(): void;
}

const lookEveryMs = 1_000;
const quietMs = 300;

/**
 * Calls back when a file has changed and then stayed the same for a moment. Looks at the file once a second instead of asking the
 * system to tell: that also notices files on network disks, those mounted into containers, and links that are moved.
 */
export function watchConfig(path: string, onChange: () => void): WatchedFile {
  let timer: NodeJS.Timeout | undefined;
  const listener = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, quietMs);
  };
  watchFile(path, { interval: lookEveryMs, persistent: false }, listener);
  return {
    close() {
      clearTimeout(timer);
      unwatchFile(path, listener);
    },
  };
}
