import { fetchLimits } from './fetch-limits.ts';

/** Characters that some file systems do not see, so that `.g\u200cit` is `.git`. */
const unseen = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Why a path from outside may not become a file; null where it may. Relative, with forward slashes. */
export function judgePath(path: string): string | null {
  if (path.length > fetchLimits.pathChars) return 'has a path that is too long';
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\\ufffd]/.test(path)) return 'has a name that not every system can hold';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'has an absolute path';
  const parts = path.split('/');
  if (parts.length > fetchLimits.depth) return 'lies too deep';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'has a path that leads elsewhere';
  if (parts.some((part) => Buffer.byteLength(part) > 255)) return 'has a name that is too long';
  if (parts.some((part) => /^(?:\.git|git~\d+)[ .]*$/i.test(part.replaceAll(unseen, '').replace(/:.*$/, ''))))
    return 'pretends to belong to git';
  return null;
}
