import type { McpServerSpec } from './mcp-settings.ts';

/** Names of variables whose values are no secrets by themselves, whatever their length. */
const plainNames = /^(?:accept|accept-language|content-type|user-agent|path|home|lang|lc_.*|tz|node_env|log_level|debug)$/i;
/** Shorter values stand for too much else. */
const shortestSecret = 6;

/**
 * Takes what the operator has configured for a server out of what the server says, as it may say it back: a tool that shows its
 * environment, an error that repeats a header.
 */
export function redactorOf({ name, transport }: McpServerSpec): (text: string) => string {
  const said = Object.entries(transport.kind === 'stdio' ? transport.env : transport.headers);
  if (transport.kind !== 'stdio') {
    const url = new URL(transport.url);
    said.push(...[...url.searchParams].map(([key, value]): [string, string] => [key, value]), [
      'url_password',
      decodeURIComponent(url.password),
    ]);
  }
  const secrets = said.flatMap(([key, value]) => {
    if (plainNames.test(key)) return [];
    // A header may be repeated without its scheme.
    return [value, value.replace(/^(?:Bearer|Basic|Token)\s+/i, '')].filter((one) => one.length >= shortestSecret);
  });
  // Longer first, or a form that begins like another would be cut in two.
  const forms = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  const place = `__secret_mcp_${name.replaceAll(/[^A-Za-z0-9]+/g, '_')}__`;
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, place), text);
}

/** As it is, in JSON, in JSON inside of JSON, in an address, in base64. */
function formsOf(secret: string): string[] {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const once = inJson(secret);
  const bytes = Buffer.from(secret);
  return [secret, once, inJson(once), encodeURIComponent(secret.toWellFormed()), bytes.toString('base64'), bytes.toString('base64url')];
}
