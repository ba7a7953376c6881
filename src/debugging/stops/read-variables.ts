import type { Json } from '#kernel/index.ts';
import { fieldsOf, isFields, type Fields } from '../inspector/protocol-message.ts';
import type { ProtocolClient } from './protocol-client.ts';

/** How much of an execution's variables is brought back from one stop. */
export const variableLimits = {
  /** Values inside of values. */
  depth: 4,
  /** Fields of one object, items of one list, variables of one scope. */
  fields: 50,
  /** Characters of one text. */
  text: 1_000,
  /** Objects that are opened at one stop, all scopes together. */
  objects: 200,
  /** Characters of everything at one stop. */
  chars: 64 * 1024,
} as const;

/** What may still be read at one stop. */
export class Budget {
  objects: number = variableLimits.objects;
  chars: number = variableLimits.chars;
  /** Something was left out. */
  isCut = false;

  take(text: string): string {
    const most = Math.min(variableLimits.text, Math.max(this.chars, 0));
    this.chars -= Math.min(text.length, most) + 2;
    if (text.length <= most) return text;
    this.isCut = true;
    return `${text.slice(0, most).toWellFormed()}... (${text.length} characters)`;
  }

  get isSpent(): boolean {
    return this.objects <= 0 || this.chars <= 0;
  }
}

/**
 * The fields of an object of the execution as JSON. What JSON cannot say is said in angle brackets: `<undefined>`, `<function add>`,
 * `<Map(2)>`, `<getter>`. Nothing of the task is called: getters and proxies are not asked.
 */
export async function readVariables(client: ProtocolClient, objectId: string, budget: Budget, depth = 0): Promise<Record<string, Json>> {
  // A variable may be called __proto__.
  const variables = Object.create(null) as Record<string, Json>;
  for (const { name, property } of await ownProperties(client, objectId, budget)) {
    if (budget.chars <= 0) {
      budget.isCut = true;
      break;
    }
    variables[budget.take(name)] = await readProperty(client, property, budget, depth);
  }
  return variables;
}

async function ownProperties(client: ProtocolClient, objectId: string, budget: Budget): Promise<{ name: string; property: Fields }[]> {
  budget.objects--;
  const answer = await client.ask('Runtime.getProperties', { objectId, ownProperties: true, generatePreview: false });
  const all = Array.isArray(answer?.['result']) ? (answer['result'] as unknown[]).filter(isFields) : [];
  const own = all.filter(({ isOwn, symbol, name }) => isOwn !== false && symbol === undefined && typeof name === 'string');
  if (own.length > variableLimits.fields) budget.isCut = true;
  return own.slice(0, variableLimits.fields).map((property) => ({ name: property['name'] as string, property }));
}

async function readProperty(client: ProtocolClient, property: Fields, budget: Budget, depth: number): Promise<Json> {
  if (isFields(property['get']) || isFields(property['set'])) {
    const isThere = (one: unknown) => fieldsOf(one)['type'] === 'function';
    if (isThere(property['get']) || isThere(property['set'])) return '<getter>';
  }
  // Of a variable whose line has not been reached there is no value yet.
  return isFields(property['value']) ? readValue(client, property['value'], budget, depth) : '<not initialised>';
}

/** One value of the execution as JSON, as `readVariables` does. @param remote a RemoteObject of the DevTools protocol */
export async function readValue(client: ProtocolClient, remote: Fields, budget: Budget, depth: number): Promise<Json> {
  const { type, subtype, value, objectId } = remote;
  const description = typeof remote['description'] === 'string' ? remote['description'] : '';
  if (type === 'string') return budget.take(String(value));
  if (type === 'boolean') return value === true;
  if (type === 'number' && typeof value === 'number') return value;
  if (subtype === 'null') return null;
  if (type === 'undefined') return '<undefined>';
  if (type === 'function')
    return budget.take(`<function ${/^(?:async )?(?:function\*?|class) ([^\s(]+)/.exec(description)?.[1] ?? 'anonymous'}>`);
  // NaN, 10n, -0, a symbol.
  if (type !== 'object' || typeof objectId !== 'string')
    return budget.take(`<${description || String(remote['unserializableValue'] ?? type)}>`);
  if (subtype === 'error') return budget.take(`<${description.split('\n')[0]!}>`);
  if (typeof subtype === 'string' && subtype !== 'array') return budget.take(`<${description || subtype}>`);
  if (depth >= variableLimits.depth || budget.isSpent) {
    budget.isCut = true;
    return budget.take(`<${description || 'Object'}>`);
  }
  const fields = await readVariables(client, objectId, budget, depth + 1);
  if (subtype !== 'array') return fields;
  const items = Object.entries(fields).filter(([name]) => /^\d+$/.test(name));
  return items.map(([, item]) => item);
}
