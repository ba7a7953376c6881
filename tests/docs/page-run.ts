import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { sharedCache } from '#testing/checkout.ts';
import { blocksOf, wordOf, type Block } from './markdown.ts';
import { startPageServer, type PageServer, type PageShell } from './page-server.ts';

/**
 * Runs a page as a reader would, in one folder, from top to bottom:
 *
 * - `js file=greet/main.js` is written to that file;
 * - `sh run` is run (`exit=4` where it must fail that way);
 * - `text output` or `json output` is what the last run printed;
 * - with `some` after `output` the lines, or fields, shown are among what was printed; a JSON `"..."` stands for any value;
 * - `text stderr`: each of its lines was printed to standard error, in this order;
 * - `sh serve` starts a server, which goes on through the blocks that follow, until the next one, or until `text stopped`:
 *   that ends it as Ctrl-C would, and says lines that it prints then to standard error;
 * - `sh not-run` is shown only. Every `sh` block is one of these.
 *
 * `https://api.example.com` is a local server while a page is run, and `http://127.0.0.1:8080` is the server that the page has started.
 */
export interface PageRunOptions {
  readonly root: string;
  readonly name: string;
  readonly text: string;
  readonly apiUrl: string;
}

interface Ran {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const publicUrl = 'https://api.example.com';
const usualServer = 'http://127.0.0.1:8080';

/** @returns one line for everything that did not go as the page says */
export async function runPage({ root, name, text, apiUrl }: PageRunOptions): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-page-'));
  const problems: string[] = [];
  const complain = (block: Block, what: string) => problems.push(`${name}:${block.line}  ${what}`);
  let server: PageServer | null = null;
  const local = (written: string) => written.replaceAll(publicUrl, apiUrl).replaceAll(usualServer, server?.url ?? usualServer);
  const shown = (printed: string) => printed.replaceAll(apiUrl, publicUrl).replaceAll(server?.url ?? usualServer, usualServer).trimEnd();
  const shell = (): PageShell => ({ folder, env: { ...environment(folder), ...(server === null ? {} : { RATCHET_SERVER: server.url }) } });
  let last: Ran | null = null;
  try {
    prepare(folder, root);
    for (const block of blocksOf(text)) {
      const file = wordOf(block, 'file');
      if (file !== null) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), local(block.text));
      } else if (block.words.includes('run')) {
        last = await run(local(block.text), shell());
        const expected = Number(wordOf(block, 'exit') ?? 0);
        if (last.code !== expected) complain(block, `ended with ${last.code}, not ${expected}:\n${last.command}${last.stdout}${last.stderr}`);
      } else if (block.words.includes('output')) {
        const same = last !== null && isPrinted(shown(last.stdout), block);
        if (!same) complain(block, `the page says the output is\n${block.text}but it was\n${last ? shown(last.stdout) : 'nothing: no block was run before'}`);
      } else if (block.words.includes('stderr')) {
        const missing = firstMissing(shown(last?.stderr ?? ''), block.text.trimEnd().split('\n'));
        if (missing !== null) complain(block, `${JSON.stringify(missing)} is not (or not in this order) in standard error:\n${shown(last?.stderr ?? '')}`);
      } else if (block.words.includes('serve')) {
        await server?.stop();
        server = null;
        server = await startPageServer(block.text, shell());
      } else if (block.words.includes('stopped')) {
        const said = shown((await server?.stop()) ?? '');
        server = null;
        const missing = firstMissing(said, block.text.trimEnd().split('\n'));
        if (missing !== null) complain(block, `${JSON.stringify(missing)} is not (or not in this order) in what the server said at its end:\n${said}`);
      } else if (block.language === 'sh' && !block.words.includes('not-run')) {
        complain(block, 'shows a command that nobody runs: mark it `run`, or `not-run` when it cannot be run here.');
      }
    }
  } finally {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}

/** What a reader has at hand: the launcher, `ratchet` on the path, and the samples. */
function prepare(folder: string, root: string): void {
  for (const name of ['bin', 'sample']) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, '.path'));
  // As an installed package is found; the real one is built only where the package is tested.
  const installed = join(folder, 'node_modules', 'ratchet');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), '{ "name": "ratchet", "type": "module", "exports": { "./client": "./client.js" } }');
  writeFileSync(join(installed, 'client.js'), `export * from ${JSON.stringify(join(root, 'src/surfaces/client/index.ts'))};\n`);
  const launcher = join(folder, '.path', 'ratchet');
  writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/ratchet.js')}" "$@"\n`);
  chmodSync(launcher, 0o755);
}

function environment(folder: string): Record<string, string> {
  const path = [join(folder, '.path'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  return { PATH: path, HOME: folder, ...sharedCache, NO_COLOR: '1' };
}

function run(command: string, { folder, env }: PageShell): Promise<Ran> {
  // Installing again would pull the packages away from under the other tests; .ci/run does it on a clean checkout.
  const script = command.replace(/^npm ci && /, '');
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ command, code: code ?? -1, stdout, stderr }));
  });
}

function isPrinted(printed: string, { language, words, text }: Block): boolean {
  const isSome = words.includes('some');
  if (language !== 'json') return isSome ? firstMissing(printed, text.trimEnd().split('\n')) === null : printed === text.trimEnd();
  try {
    const [found, expected] = [JSON.parse(printed) as unknown, JSON.parse(text) as unknown];
    return isSome ? holds(found, expected) : JSON.stringify(found) === JSON.stringify(expected);
  } catch {
    return false;
  }
}

/** Whether all that is expected is there; `"..."` fits everything. */
function holds(found: unknown, expected: unknown): boolean {
  if (expected === '...') return true;
  if (typeof expected !== 'object' || expected === null) return found === expected;
  if (typeof found !== 'object' || found === null || Array.isArray(found) !== Array.isArray(expected)) return false;
  if (Array.isArray(expected) && expected.length !== (found as unknown[]).length) return false;
  return Object.entries(expected).every(([key, value]) => key in found && holds((found as Record<string, unknown>)[key], value));
}

function firstMissing(printed: string, lines: readonly string[]): string | null {
  let from = 0;
  for (const line of lines) {
    const at = printed.indexOf(line.trim(), from);
    if (at < 0) return line;
    from = at + line.trim().length;
  }
  return null;
}
