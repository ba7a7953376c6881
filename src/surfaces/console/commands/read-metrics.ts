type Labelled = Readonly<Record<string, string | number>>;

const line = /^([A-Za-z_:][\w:]*)(?:\{([^}]*)\})?\s+(\S+)/;

/** Prometheus text as data: for each metric its number, or a list with labels and value. */
export function readMetrics(text: string): Record<string, number | Labelled[]> {
  const metrics: Record<string, number | Labelled[]> = {};
  for (const { name, labels, value } of valuesOf(text)) {
    if (labels === null) metrics[name] = value;
    else {
      const known = metrics[name];
      const entry = { ...labels, value };
      metrics[name] = Array.isArray(known) ? [...known, entry] : [entry];
    }
  }
  return metrics;
}

/** The same, one value after the other, those of Ratchet first, with labels as text: `status=failed task=addition`. */
export function metricList(text: string): { name: string; labels: string; value: number }[] {
  const isOwn = (name: string) => Number(name.startsWith('ratchet_'));
  return valuesOf(text)
    .toSorted((a, b) => isOwn(b.name) - isOwn(a.name))
    .map(({ name, labels, value }) => ({
      name,
      labels: Object.entries(labels ?? {})
        .map(([key, label]) => `${key}=${label}`)
        .join(' '),
      value,
    }));
}

function valuesOf(text: string): { name: string; labels: Record<string, string> | null; value: number }[] {
  return text.split('\n').flatMap((one) => {
    const [, name, labels, value] = line.exec(one) ?? [];
    if (name === undefined || one.startsWith('#')) return [];
    return [{ name, labels: labels === undefined || labels === '' ? null : readLabels(labels), value: Number(value) }];
  });
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
      name!,
      value!.replaceAll(/\\(.)/g, (_whole, char: string) => (char === 'n' ? '\n' : char)),
    ]),
  );
}
