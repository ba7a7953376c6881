import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFixture, type FixtureServer } from '../mcp-harness.ts';
import { conformanceOffer } from './conformance-offer-for-test.ts';

/** What the suite asks for and an offer of Ratchet does not have, with the reason. Everything else has to pass. */
const exceptions: Readonly<Record<string, string>> = {
  'tools-call-image': 'tools answer structured data and text',
  'tools-call-audio': 'tools answer structured data and text',
  'tools-call-embedded-resource': 'tools answer structured data and text',
  'tools-call-mixed-content': 'tools answer structured data and text',
  'tools-call-with-logging': 'tools report progress; lines for the log of the client are written by the server, one for each call',
  'tools-call-sampling': 'the server never asks for the model of the client',
  'elicitation-sep1034-defaults': 'the one question there is can be answered with yes or no',
  'elicitation-sep1330-enums': 'the one question there is can be answered with yes or no',
  'resources-subscribe': 'single resources cannot be followed, only their list',
  'resources-unsubscribe': 'single resources cannot be followed, only their list',
  'prompts-get-embedded-resource': 'prompts are texts',
  'prompts-get-with-image': 'prompts are texts',
};

const require = createRequire(import.meta.url);
const program = require.resolve('@modelcontextprotocol/conformance/dist/index.js');
let server: FixtureServer;
let folder: string;
beforeAll(async () => {
  server = await startFixture({ offer: conformanceOffer });
  folder = mkdtempSync(join(tmpdir(), 'ratchet-conformance-'));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

it('the official conformance suite passes, but for what is not offered', { timeout: 60_000 }, async () => {
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'server', '--url', `${server.url}/mcp`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
  const results = [...output.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gm)].map(([, name, passed, failed]) => ({
    name: name!,
    isPassed: Number(failed) === 0 && Number(passed) > 0,
  }));
  expect(results.filter(({ isPassed }) => !isPassed).map(({ name }) => name)).toEqual(Object.keys(exceptions));
  expect(results.filter(({ isPassed }) => isPassed).length).toBeGreaterThanOrEqual(18);
});
