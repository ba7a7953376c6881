/** An answer longer than this is cut: clients refuse or drop what is longer than some 25,000 tokens. In characters of JSON. */
export const longestAnswer = 40_000;

/** How much of a text and of a list is kept, tried one after the other until the whole is short enough. */
const steps = [
  { text: 8_000, items: 400 },
  { text: 4_000, items: 200 },
  { text: 2_000, items: 100 },
  { text: 1_000, items: 50 },
  { text: 500, items: 20 },
  { text: 200, items: 10 },
  { text: 80, items: 4 },
] as const;
const deepest = 40;
const mostNamed = 20;

/**
 * The same answer where it is short enough; else with long texts and lists cut at their ends, each still a text or a list, and a field
 * `truncated` that names what was cut and says how to get the rest.
 */
export function boundedAnswer(answer: Readonly<Record<string, unknown>>, rest: string | null): Readonly<Record<string, unknown>> {
  if (JSON.stringify(answer).length <= longestAnswer) return answer;
  let cut: Readonly<Record<string, unknown>> = {};
  for (const step of steps) {
    const parts: string[] = [];
    cut = {
      ...(shorter(answer, step, '', 0, parts) as Record<string, unknown>),
      truncated: { parts: named(parts), rest: rest ?? askForLess },
    };
    if (JSON.stringify(cut).length <= longestAnswer) break;
  }
  return cut;
}

const askForLess = 'Ask for less: a smaller limit, a filter, or one thing at a time.';

function named(parts: readonly string[]): string[] {
  return parts.length <= mostNamed ? [...parts] : [...parts.slice(0, mostNamed), `and ${parts.length - mostNamed} more places`];
}

/** Text that is cut at a length, with what is missing said at its end. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()} ... (${text.length - most} more characters)`;
}

function shorter(value: unknown, most: (typeof steps)[number], path: string, depth: number, parts: string[]): unknown {
  if (typeof value === 'string') {
    if (value.length <= most.text) return value;
    parts.push(`${path}: ${most.text} of ${value.length} characters`);
    return cutText(value, most.text);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) {
    parts.push(`${path}: everything inside`);
    return Array.isArray(value) ? [] : {};
  }
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) {
    if (value.length > most.items) parts.push(`${path}: ${most.items} of ${value.length} items`);
    return value.slice(0, most.items).map((item, index) => shorter(item, most, within(String(index)), depth + 1, parts));
  }
  const fields = Object.entries(value);
  if (fields.length > most.items) parts.push(`${path}: ${most.items} of ${fields.length} fields`);
  // The fields of the answer itself are what the schema promises, and are few.
  const kept = depth === 0 ? fields : fields.slice(0, most.items);
  return Object.fromEntries(kept.map(([name, field]) => [name, shorter(field, most, within(name), depth + 1, parts)]));
}
