import { resourceUriRefused } from './errors.ts';

/** Addresses are short: names, ids and versions. */
const longestUri = 1_000;

/**
 * Matches an address against a template of level 1 of RFC 6570: `ratchet://tasks/{task}/code`.
 * @returns the values of the variables, decoded; null where it does not fit
 */
export function matchUri(template: string, uri: string): Readonly<Record<string, string>> | null {
  const wanted = template.split('/');
  const given = uri.split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const variable = /^\{(\w+)\}$/.exec(part)?.[1];
    if (variable === undefined) {
      if (part !== given[index]) return null;
    } else if (given[index] === '') return null;
    else values[variable] = decoded(uri, given[index]!);
  }
  return values;
}

/** @throws MCP_RESOURCE_URI_REFUSED for what is no address of ours */
export function checkUri(uri: string): void {
  const refuse = (problem: string) => resourceUriRefused({ uri: uri.slice(0, longestUri), problem });
  if (uri.length > longestUri) throw refuse(`it is longer than ${longestUri} characters`);
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== 'ratchet') throw refuse(scheme === undefined ? 'it has no scheme' : `${scheme}: is no scheme of this server`);
  if (!uri.startsWith('ratchet://')) throw refuse('it does not begin with ratchet://');
  // oxlint-disable-next-line no-control-regex -- What may not be in an address is what this is about
  if (/[\u0000-\u0020\u007f\\?#]/.test(uri)) throw refuse('it has characters that no address of this server has');
  if (uri.split('/').some((part) => /^\.{1,2}$/.test(decoded(uri, part)))) throw refuse('it has ../ in it');
}

/** A value as it stands in an address. */
export function encoded(value: string): string {
  return encodeURIComponent(value).replaceAll('%40', '@');
}

function decoded(uri: string, part: string): string {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch {
    throw resourceUriRefused({ uri, problem: 'it is not encoded as addresses are' });
  }
  // oxlint-disable-next-line no-control-regex -- The same, encoded
  if (/[/\\\u0000-\u001f\u007f]/.test(text)) throw resourceUriRefused({ uri, problem: 'a name in it has a slash or a control character' });
  return text;
}
