import { createHash } from 'node:crypto';
import { filesFromMemory, filesFromZip, readContent } from '#tasks/index.ts';
import { sourceChecksumWrong, sourceContentInvalid } from '../../errors.ts';
import type { ListedTask } from './read-listing.ts';

/** Files of one task by their path inside it. */
export type TaskContent = ReadonlyMap<string, Buffer>;

const optionalText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const record = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/**
 * The files of a task that a repository server gives as one JSON value: `files` by name, or the code with its metadata and schemas in the spellings
 * such servers use. Null where it holds no code.
 */
export function contentOfJson(value: unknown): TaskContent | null {
  const task = record(record(value)?.['data']) ?? record(value);
  if (task === null) return null;
  const files = record(task['files']);
  if (files !== null) {
    const texts = Object.entries(files).flatMap(([path, text]) => (typeof text === 'string' ? [[path, Buffer.from(text)] as const] : []));
    return texts.length > 0 ? new Map(texts) : null;
  }
  const code = optionalText(task['source_code'] ?? task['sourceCode'] ?? task['code']);
  if (code === null) return null;
  const said = Object.fromEntries(
    ['uuid', 'name', 'label', 'version', 'description'].flatMap((key) => (task[key] == null ? [] : [[key, task[key]]])),
  );
  const parts: [string, unknown][] = [
    ['metadata.json', { ...said, ...record(task['metadata']) }],
    ['input.schema.json', task['input_schema'] ?? task['inputSchema']],
    ['output.schema.json', task['output_schema'] ?? task['outputSchema']],
  ];
  return new Map([
    ...parts
      .filter(([, part]) => record(part) !== null)
      .map(([path, part]) => [path, Buffer.from(`${JSON.stringify(part, null, 2)}\n`)] as const),
    ['main.js', Buffer.from(code)],
  ]);
}

/**
 * Makes sure that a task is what its entry promises: the hash of the archive it came in, the content hash that `ratchet repo refresh-metadata` writes and
 * servers show, or that of its code alone, as older indexes have it.
 * @throws SOURCE_CHECKSUM_WRONG
 */
export async function checkContent(
  address: string,
  { path, name }: ListedTask,
  promised: string,
  content: TaskContent | Buffer,
): Promise<void> {
  const isArchive = Buffer.isBuffer(content);
  const files = isArchive ? await filesFromZip(address, content) : filesFromMemory(address, textsOf(content));
  const code = isArchive ? content : (content.get('main.js') ?? content.get('main.ts'));
  const hashes = [readContent(files).hash, ...(code ? [createHash('sha256').update(code).digest('hex')] : [])];
  if (hashes.includes(promised)) return;
  throw sourceChecksumWrong({ address, what: `The task ${path ?? name ?? ''}`, expected: promised, actual: hashes[0]! });
}

function textsOf(content: TaskContent): Record<string, string> {
  const decoder = new TextDecoder('utf-8');
  return Object.fromEntries([...content].map(([path, bytes]) => [path, decoder.decode(bytes)]));
}

/** The body of an answer as JSON. @throws SOURCE_CONTENT_INVALID */
export function jsonOf(address: string, path: string, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw sourceContentInvalid({ address, reason: `${path} is no JSON` }, error);
  }
}
