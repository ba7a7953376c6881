import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { parse, type Comment, type ExportNamedDeclaration, type ObjectExpression, type Property } from 'acorn';
import { fromWorker, maxFrameBytes, protocolVersion, toWorker } from '#engine/protocol.ts';
import { code, markdown, table, type Page } from './page.ts';

type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The messages between the host and a worker, with the comments that stand beside them in the source. */
export function protocolPage(file: string): Page {
  const text = readFileSync(file, 'utf8');
  const comments: Comment[] = [];
  const program = parse(stripTypeScriptTypes(text), { ecmaVersion: 'latest', sourceType: 'module', onComment: comments });
  const said = (before: number, after: number) =>
    comments.find(({ start, end }) => start >= after && end <= before && text.slice(end, before).trim() === '');
  const opening = comments[0] ? prose(comments[0]) : '';
  const blocks = [
    ['Host to worker', 'toWorker', toWorker],
    ['Worker to host', 'fromWorker', fromWorker],
  ] as const;
  return markdown(
    'docs/reference/worker-protocol.md',
    '# Worker protocol',
    `Version ${protocolVersion}. A frame is at most ${maxFrameBytes} bytes. For people who work on the engine; tasks and callers never see it.`,
    opening,
    ...blocks.flatMap(([title, name, messages]) => {
      const properties = tableIn(program.body, name);
      const rows = Object.entries(messages as Messages).map(([type, fields]) => {
        const index = properties.findIndex((property) => keyOf(property) === type);
        const comment = index < 0 ? undefined : said(properties[index]!.start, index === 0 ? 0 : properties[index - 1]!.end);
        const list = Object.entries(fields).map(([field, kind]) => `${code(field)} ${kind}`);
        return [code(type), list.join(', ') || 'none', comment ? prose(comment) : ''];
      });
      return [`## ${title}`, table(['message', 'fields', 'meaning'], rows)];
    }),
  );
}

function tableIn(body: readonly unknown[], name: string): Property[] {
  for (const node of body as ExportNamedDeclaration[]) {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'VariableDeclaration') continue;
    const found = node.declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    if (found?.init?.type === 'ObjectExpression') return (found.init satisfies ObjectExpression).properties as Property[];
  }
  throw new Error(`engine/protocol.ts has no table named ${name}`);
}

function keyOf({ key }: Property): string {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
}

function prose({ value }: Comment): string {
  return value
    .replaceAll(/^\s*\*+ ?/gm, '')
    .trim()
    .replaceAll(/[ \t]+\n/g, '\n');
}
