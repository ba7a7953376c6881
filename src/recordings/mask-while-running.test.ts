import { describe, expect, it } from 'vitest';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';
import { maskWhileRunning } from './recording-of.ts';

const metadata = JSON.stringify({ uuid: '00000000-0000-4000-8000-00000000000a', version: '1.0.0', label: 'test' });
const schema = JSON.stringify({ type: 'object', properties: { seed: { type: 'string', writeOnly: true } } });

async function maskFor(input: object, more: readonly string[] = []) {
  const files = { 'metadata.json': metadata, 'main.js': '(function () {})', 'input.schema.json': schema };
  return maskWhileRunning(await loadFrom(filesFromMemory('test', files)), JSON.stringify(input), more);
}

describe('what an execution says while it runs', () => {
  it('holds no secret of its input, by whatever it is known for one', async () => {
    const mask = await maskFor({ password: 'hunter22', seed: 'grain-of-salt', own: 'my-own-thing' }, ['own']);
    expect(mask('uses hunter22, grain-of-salt and my-own-thing')).toBe('uses __secret_password__, __secret_seed__ and __secret_own__');
  });

  it('holds no secret that gives itself away, and none that did so before', async () => {
    const mask = await maskFor({});
    expect(mask('{"access_token":"tok-123456"}')).toBe('{"access_token":"__secret_access_token__"}');
    expect(mask('sent tok-123456')).toBe('sent __secret_access_token__');
  });

  it('is otherwise left as it is', async () => {
    const mask = await maskFor({ count: 3, note: 'plain' });
    expect(mask('3 plain things')).toBe('3 plain things');
  });
});
