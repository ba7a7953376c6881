const known = new Map<string, string>();
const listeners: (() => void)[] = [];

/** A colour of the style, as it is at the moment: light, dark, or for paper. */
export function palette(name: string): string {
  const value = known.get(name) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  known.set(name, value);
  return value;
}

/** Called when the colours have changed. */
export function onPaletteChange(listener: () => void): void {
  listeners.push(listener);
}

const changed = () => {
  known.clear();
  for (const listener of listeners) listener();
};
for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', 'print'])
  matchMedia(query).addEventListener('change', changed);
addEventListener('beforeprint', changed);
addEventListener('afterprint', changed);
