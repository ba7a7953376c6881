import type { Paint } from '../terminal.ts';
import { jsonText, printable } from '../terminal.ts';
import { agoText, cellStyle, durationText, oneLine } from './cell.ts';
import { widthOf } from './table.ts';

/** One object for a person: a line for each of its fields that says something. */
export function recordText(value: Readonly<Record<string, unknown>>, { now, paint }: { now: number; paint: Paint }): string {
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  const width = Math.max(0, ...entries.map(([name]) => widthOf(name)));
  const indent = ' '.repeat(width + 2);
  const lines = entries.map(([name, one]) => {
    const text = valueText(name, one, now);
    const style = cellStyle(one, name === 'status' || name === 'health' ? 'state' : typeof one === 'boolean' ? 'flag' : 'text');
    const shown = text.replaceAll('\n', `\n${indent}`);
    return `${paint('bold', oneLine(name).padEnd(width))}  ${style === null ? shown : paint(style, shown)}`;
  });
  return `${lines.join('\n')}\n`;
}

const isTime = (value: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

function valueText(name: string, value: unknown, now: number): string {
  if (typeof value === 'string') return isTime(value) ? `${value} (${agoText(value, now)})` : printable(value);
  if (typeof value === 'number') return name.endsWith('Ms') ? durationText(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return value.length === 0 ? 'none' : oneLine(value.join(', '));
  }
  return jsonText(value, true);
}
