import type { Json } from '#kernel/index.ts';
import type { ParameterValues } from './template.ts';

/** `{{name}}`, with or without blanks. */
const placeholder = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;

/**
 * Code with values in place of its placeholders, each as a literal of JavaScript: whatever a value holds, it stays one value.
 * @throws TypeError for a placeholder without a value, which is a mistake in the template
 */
export function fillCode(code: string, values: ParameterValues): string {
  return code.replaceAll(placeholder, (_whole, name: string) => literal(valueOf(values, name)));
}

/** A value as JavaScript. JSON is that, but for two line ends that older engines take for such inside of texts, and `__proto__`, which sets a prototype. */
function literal(value: Json): string {
  const json = JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  const needsCare = typeof value === 'object' && value !== null && json.includes('"__proto__"');
  return needsCare ? `JSON.parse(${JSON.stringify(json)})` : json;
}

/** JSON with values in place of the placeholders in its texts. Names of fields stay as they are. @throws TypeError as above */
export function fillJson(value: Json, values: ParameterValues): Json {
  if (typeof value === 'string') {
    const whole = new RegExp(`^${placeholder.source}$`).exec(value);
    if (whole !== null) return valueOf(values, whole[1]!);
    return value.replaceAll(placeholder, (_whole, name: string) => textOf(valueOf(values, name)));
  }
  if (Array.isArray(value)) return value.map((one) => fillJson(one, values));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillJson(one, values)]));
  }
  return value;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valueOf(values: ParameterValues, name: string): Json {
  if (!Object.hasOwn(values, name)) throw new TypeError(`the template has a placeholder {{${name}}} and no parameter of that name`);
  return values[name]!;
}

/** Names of the placeholders in a text. */
export function placeholdersIn(code: string): string[] {
  return [...code.matchAll(placeholder)].map((match) => match[1]!);
}
