/**
 * The wording of a message or a hint with the names of its data where values will stand: `after <limitMs> ms`.
 * Data is a stand-in that answers to any use with its own name, because the sentence is all that is wanted.
 */
export function wordsFor(make: (data: never) => string): string {
  // A message that is one of its data is still a stand-in, not a text.
  const words: unknown = make(blank('') as never);
  return String(words).replaceAll(/\s*\n\s*/g, ' ');
}

function blank(name: string): unknown {
  const child = (key: string) => blank(/^\d+$/.test(key) ? `${name}[${key}]` : name ? `${name}.${key}` : key);
  return new Proxy(() => undefined, {
    get(_, key) {
      if (key === Symbol.toPrimitive || key === 'toString' || key === 'toJSON') return () => `<${name}>`;
      if (key === Symbol.iterator) return () => [child('item')][Symbol.iterator]();
      if (typeof key === 'symbol') return undefined;
      return child(key);
    },
    // `problems.map(...).join('; ')` and the like: the list stands for itself.
    apply: () => blank(name.replace(/\.(?:map|join|slice|filter|at|split|toString|replaceAll|trim)$/, '')),
  });
}
