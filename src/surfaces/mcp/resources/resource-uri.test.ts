import { describe, expect, it } from 'vitest';
import { checkUri, encoded, matchUri } from './resource-uri.ts';

describe('the address of a resource', () => {
  it('gives the values of its variables', () => {
    expect(matchUri('ratchet://tasks/{task}/code', 'ratchet://tasks/addition@1.0.0/code')).toEqual({ task: 'addition@1.0.0' });
    expect(matchUri('ratchet://tasks/{task}/code', `ratchet://tasks/${encoded('a b@1')}/code`)).toEqual({ task: 'a b@1' });
    expect(matchUri('ratchet://tasks/{task}/code', 'ratchet://tasks/addition/tests')).toBeNull();
    expect(matchUri('ratchet://tasks/{task}/code', 'ratchet://tasks//code')).toBeNull();
    expect(matchUri('ratchet://tasks/{task}/code', 'ratchet://tasks/a/b/code')).toBeNull();
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,<script>',
    'file:///etc/passwd',
    'http://127.0.0.1/',
    'ratchet://tasks/../executions/1/logs',
    'ratchet://tasks/%2e%2e/code',
    'ratchet://tasks/..%2f..%2fetc/code',
    'ratchet://tasks/a%00/code',
    'ratchet://tasks/%zz/code',
    'ratchet://tasks/a/code?x=file://',
    'ratchet:tasks/a/code',
    `ratchet://tasks/${'a'.repeat(2_000)}/code`,
    'tasks/a/code',
  ])('%s is refused', (uri) => {
    expect(() => checkUri(uri)).toThrow(expect.objectContaining({ code: 'MCP_RESOURCE_URI_REFUSED' }));
  });

  it('that is ours is taken', () => {
    expect(() => checkUri('ratchet://executions/0190a1b2-0000-7000-8000-000000000042/output/20000')).not.toThrow();
  });
});
