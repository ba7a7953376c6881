import type { Part } from './results.ts';

/** A heading, what is measured, and a table whose first column is text. */
export function section(title: string, about: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'));
  const table = [line(header), line(rule), ...rows.map(line)].join('\n');
  return [`## ${title}`, about, table].filter((text) => text !== '').join('\n\n');
}

/** When a part was measured, and whether that can be believed. */
export function dated({ date, busyBefore }: Part<unknown>): string {
  const spoilt =
    busyBefore > 0.1 ? `; something else used ${Math.round(busyBefore * 100)} % of the processors, so the times are too long` : '';
  return ` Measured ${date.slice(0, 10)}${spoilt}.`;
}
