type Labelled = Readonly<Record<string, string | number>>;

const line = /^([A-Za-z_:][\w:]*)(?:\{([^}]*)\})?\s+(\S+)/;

/** Prometheus text as data: for each metric its number, or a list with labels and value. */
export function readMetrics(text: string): Record<string, number | Labelled[]> {
  const metrics: Record<string, number | Labelled[]> = {};
  for (const one of text.split('\n')) {
    const [, name, labels, value] = line.exec(one) ?? [];
    if (name === undefined || one.startsWith('#')) continue;
    const number = Number(value);
    if (labels === undefined || labels === '') metrics[name] = number;
    else {
      const known = metrics[name];
      const entry = { ...readLabels(labels), value: number };
      metrics[name] = Array.isArray(known) ? [...known, entry] : [entry];
    }
  }
  return metrics;
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
      name!,
      value!.replaceAll(/\\(.)/g, (_whole, char: string) => (char === 'n' ? '\n' : char)),
    ]),
  );
}
