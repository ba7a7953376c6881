import { createOffer } from '../../src/surfaces/mcp/create-offer.ts';
import type { JsonSchema } from '../../src/surfaces/mcp/tools/compact-schema.ts';
import { toolListTokens } from '../../src/surfaces/mcp/tools/tool-list-cost.ts';
import { code, markdown, table, type Page } from './page.ts';

/** Everything that MCP clients are offered: tools with their arguments and answers in full, resources, prompts. */
export function mcpToolsPage(): Page {
  const { tools, resourceTemplates, prompts } = createOffer();
  return markdown(
    'docs/reference/mcp-tools.md',
    '# MCP tools, resources and prompts',
    `${tools.length} tools. Their list, as clients are sent it, takes about ${toolListTokens(tools)} tokens; it names fields without describing them, which is done here. Arguments may also be written in camel case, and numbers and flags as texts. How to use them: [the guide](../guide/mcp.md).`,
    ...tools.flatMap((tool) => [
      `## ${tool.name}`,
      tool.description,
      `Allowed by \`${tool.kind}\`. ${hintText(tool.hints)}`,
      ...fieldsTable('argument', tool.full.input, true),
      ...fieldsTable('answer', tool.full.output, false),
    ]),
    '## Resources',
    table(
      ['address', 'what it is', 'type'],
      resourceTemplates.map(({ uriTemplate, title, description, mimeType }) => [
        code(uriTemplate),
        `${title}. ${description}`,
        code(mimeType),
      ]),
    ),
    '## Prompts',
    table(
      ['prompt', 'what it asks for', 'arguments'],
      prompts.map((prompt) => [
        code(prompt.name),
        prompt.description,
        prompt.arguments
          .map(({ name, description, required }) => `${code(name)}${required ? '' : ' (optional)'}: ${description}`)
          .join('; '),
      ]),
    ),
  );
}

function hintText({ readOnly, destructive, idempotent, openWorld }: ReturnType<typeof createOffer>['tools'][number]['hints']): string {
  if (readOnly) return 'Changes nothing.';
  return [
    destructive ? 'May destroy something.' : 'Adds or changes, and destroys nothing.',
    ...(idempotent ? ['Twice is as good as once.'] : []),
    ...(openWorld ? ['Reaches what lies outside of the server.'] : []),
  ].join(' ');
}

function fieldsTable(head: string, schema: JsonSchema, isInput: boolean): string[] {
  const rows = rowsOf(schema, '', isInput);
  return rows.length === 0 ? [] : [table([head, 'type', isInput ? 'default' : 'always', 'meaning'], rows)];
}

/** Fields of objects stand below them, two levels deep: `requests[].task_id`. */
function rowsOf(schema: JsonSchema, within: string, isInput: boolean): string[][] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${within}${name}`;
    const isRequired = required.has(name);
    const standing = isInput ? (isRequired ? 'required' : defaultText(field)) : isRequired ? 'yes' : '';
    const inner = field.type === 'array' && field.items ? field.items : field;
    const dots = within.split('.').length - 1;
    const below = dots < 2 && inner.properties ? rowsOf(inner, `${path}${inner === field ? '' : '[]'}.`, isInput) : [];
    return [[code(path), typeText(field), standing, field.description ?? ''], ...below];
  });
}

function defaultText(field: JsonSchema): string {
  return field.default === undefined || typeof field.default === 'object' ? '' : code(JSON.stringify(field.default));
}

function typeText({ type, enum: words, anyOf, items }: JsonSchema): string {
  if (words) return words.map((word) => code(String(word))).join(', ');
  if (anyOf) return [...new Set(anyOf.map(typeText))].join(' or ');
  if (type === 'array') return items && Object.keys(items).length > 0 && items.type !== 'object' ? `list of ${typeText(items)}` : 'list';
  if (type === undefined) return 'any JSON';
  return typeof type === 'string' ? type : type.join(' or ');
}
