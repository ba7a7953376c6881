import { serverUrlInvalid } from './errors.ts';

/** Where calls go, of what a person gives as the address of a server. @throws SERVER_URL_INVALID */
export function baseOf(url: string): string {
  const parsed = parsedUrl(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw serverUrlInvalid({ url, problem: 'it is no http or https URL' });
  if (parsed.username !== '' || parsed.password !== '') {
    throw serverUrlInvalid({ url: `${parsed.protocol}//${parsed.host}`, problem: 'it carries a user or password' });
  }
  const path = parsed.pathname.replace(/\/+$/, '');
  return `${parsed.origin}${path.endsWith('/api/v1') ? path : `${path}/api/v1`}`;
}

function parsedUrl(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
