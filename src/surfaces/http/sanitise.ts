/** What must not leave the server in a message, and what stands there instead. */
const secrets: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host, and addresses of databases whole.
  [/\b(?:postgres(?:ql)?|mysql|sqlite|redis|rediss|mongodb(?:\+srv)?|amqps?):(?:\/\/)?[^\s"'`<>]+/gi, '[database]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'`<>]+@/gi, '$1[credentials]@'],
  [/\b(bearer|basic)\s+[\w~+/.-]{8,}=*/gi, '$1 [secret]'],
  [/\b(password|passwd|secret|token|api[_-]?key|authorization)(["']?\s*[=:]\s*["']?)[^\s"',;}]{3,}/gi, '$1$2[secret]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[secret]'],
  [/(?<![\w/-])[A-Za-z0-9+]{48,}(?:\/[A-Za-z0-9+]+)*={0,2}(?![\w-])/g, '[data]'],
];

const internals: readonly (readonly [RegExp, string])[] = [
  // Roots of file systems only: paths of this interface (/api/v1/..., /docs/...) are for the reader.
  [
    /(?<![\w.:/])\/(?:home|root|tmp|var|usr|etc|opt|srv|mnt|media|data|work|app|users|private|proc|sys|dev|run|library)(?:\/[^\s"'`:;,<>()]*)?/gi,
    '[path]',
  ],
  [/\b[a-z]:\\[^\s"'`:;,<>()]*/gi, '[path]'],
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, '[e-mail]'],
  [/\$\{\w+\}/g, '[variable]'],
  [/\n\s+at [^\n]+/g, ''],
  // In capitals as we write it, or with quoted names as query builders do; a sentence may well "select one from".
  [/\b(?:SELECT\s|INSERT\sINTO\s|UPDATE\s\S+\sSET\s|DELETE\sFROM\s|CREATE\sTABLE\s)[^\n]*/g, '[query]'],
  [/\b(?:select|insert into|update|delete from|create table)\s"[^\n]*/g, '[query]'],
];

const addresses: readonly (readonly [RegExp, string])[] = [[/\b(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b/g, '[address]']];

/**
 * A message without credentials, places of this machine, queries and stacks (contract 14.11).
 * @param isOurFault also without addresses: what a caller sent may be said back, what we met may not
 */
export function sanitise(text: string, isOurFault: boolean): string {
  let clean = text;
  for (const [pattern, instead] of [...secrets, ...internals, ...(isOurFault ? addresses : [])]) clean = clean.replaceAll(pattern, instead);
  return clean.length > 4_000 ? `${clean.slice(0, 4_000)}...` : clean;
}

/** The same for every text inside a value, at most `depth` levels down. */
export function sanitiseAll(value: unknown, isOurFault: boolean, depth = 6): unknown {
  if (typeof value === 'string') return sanitise(value, isOurFault);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) return value.slice(0, 1_000).map((item) => sanitiseAll(item, isOurFault, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sanitiseAll(inner, isOurFault, depth - 1)]));
}
