const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Values as bars, the largest as the highest; nothing at all is a blank. @param width how many of the last values are shown */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-Math.max(0, width));
  const most = Math.max(...shown, 0);
  return shown
    .map((value) => (value <= 0 || most === 0 ? ' ' : bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))]!))
    .join('');
}

/** `████░░░░ 50%`; `--` where nothing was reported. */
export function progressBar(share: number | null, width: number): string {
  if (share === null) return `${'░'.repeat(width)}  --`;
  const part = Math.max(0, Math.min(1, share));
  const full = Math.round(part * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${`${Math.round(part * 100)}%`.padStart(4)}`;
}
