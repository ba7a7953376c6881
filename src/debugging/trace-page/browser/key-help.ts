import { el, icon, icons } from './element.ts';

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Search'],
  [['j', 'k'], 'Next and previous event'],
  [['+', '-'], 'Zoom in and out'],
  [['0'], 'Show everything'],
  [['z'], 'Zoom to the selected event'],
  [['←', '→'], 'Move along the axis (when the timeline has the focus)'],
  [['s'], 'Go to the source line of the selected event'],
  [['Esc'], 'Select nothing'],
  [['Ctrl + wheel'], 'Zoom around the pointer'],
  [['Drag'], 'Move; with Shift, zoom to what is marked'],
];

/** The keys, in a dialog. */
export function keyHelp(): { element: HTMLDialogElement; open: () => void } {
  const close = el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', title: 'Close' }, icon(icons.close));
  const element = el(
    'dialog',
    { class: 'help', 'aria-labelledby': 'help-title' },
    el('div', { class: 'help-head' }, el('h2', { id: 'help-title' }, 'Keys'), close),
    el(
      'dl',
      {},
      keys.map(([names, does]) =>
        el(
          'div',
          {},
          el(
            'dt',
            {},
            names.map((name) => el('kbd', {}, name)),
          ),
          el('dd', {}, does),
        ),
      ),
    ),
  );
  close.addEventListener('click', () => element.close());
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  return { element, open: () => element.showModal() };
}
