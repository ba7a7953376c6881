import type { Paint } from '../terminal.ts';
import { jsonText, printable } from '../terminal.ts';
import type { CellKind } from './columns.ts';

type Style = Parameters<Paint>[0];

const stateStyles: Readonly<Record<string, Style>> = {
  COMPLETED: 'green',
  HEALTHY: 'green',
  IDLE: 'green',
  FAILED: 'red',
  ERROR: 'red',
  UNHEALTHY: 'red',
  RUNNING: 'cyan',
  PROCESSING: 'cyan',
  RETRYING: 'yellow',
  DEGRADED: 'yellow',
  STOPPING: 'yellow',
  CANCELLED: 'dim',
};

/** A value on one line, safe to show: nothing in it moves the cursor. */
export function cellText(value: unknown, kind: CellKind, now: number): string {
  if (value === null || value === undefined) return '';
  if (kind === 'time' && typeof value === 'string') return agoText(value, now);
  if (kind === 'duration' && typeof value === 'number') return durationText(value);
  if (kind === 'seconds' && typeof value === 'number') return durationText(value * 1_000);
  if (kind === 'standing') return value === true ? 'enabled' : 'disabled';
  if (kind === 'share' && typeof value === 'number') return `${Math.round(value * 100)}%`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return oneLine(typeof value === 'string' ? value : jsonText(value, false));
}

/** The style of a value, if any. */
export function cellStyle(value: unknown, kind: CellKind): Style | null {
  if (kind === 'state' && typeof value === 'string') return stateStyles[value.toUpperCase()] ?? null;
  return (kind === 'flag' || kind === 'standing') && value === false ? 'dim' : null;
}

export const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ').trim();

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;
const farAwayMs = 30 * 86_400_000;

/** `12s ago`, `in 3m`, and the date when it is more than a month away. */
export function agoText(time: string, now: number): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return oneLine(time);
  const away = Math.abs(now - ms);
  if (away > farAwayMs) return new Date(ms).toISOString().slice(0, 10);
  const unit = units.find((one) => away >= one.ms);
  if (unit === undefined) return 'now';
  const count = `${Math.floor(away / unit.ms)}${unit.name}`;
  return ms <= now ? `${count} ago` : `in ${count}`;
}

/** `12 ms`, `1.5 s`, `3m 20s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 3_600
    ? `${Math.floor(seconds / 60)}m ${seconds % 60}s`
    : `${Math.floor(seconds / 3_600)}h ${Math.floor((seconds % 3_600) / 60)}m`;
}
