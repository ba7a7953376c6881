const pad = (number: number, width = 2) => String(number).padStart(width, '0');

const fields: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()),
  m: (date) => pad(date.getMonth() + 1),
  d: (date) => pad(date.getDate()),
  H: (date) => pad(date.getHours()),
  M: (date) => pad(date.getMinutes()),
  S: (date) => pad(date.getSeconds()),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  F: (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`,
  T: (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`,
  '%': () => '%',
};

/**
 * What `date +%Y-%m-%d` prints, without a program being run, in local time.
 * @returns undefined for anything but `date +FORMAT` with the fields above
 */
export function dateText(command: string, now: number): string | undefined {
  const format = /^\s*date\s+\+(?:"([^"]*)"|'([^']*)'|(\S+))\s*$/.exec(command);
  if (format === null) return undefined;
  const date = new Date(now);
  let isKnown = true;
  const text = (format[1] ?? format[2] ?? format[3]!).replaceAll(/%(.)/g, (_whole, field: string) => {
    const show = fields[field];
    if (show === undefined) isKnown = false;
    return show?.(date) ?? '';
  });
  return isKnown ? text : undefined;
}
