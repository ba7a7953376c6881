import { distance } from 'fastest-levenshtein';

export interface KnownRoutes {
  add(method: string, pattern: string): void;
  /** Methods a path takes, in the order OPTIONS names them; none where the path is unknown. */
  methodsAt(path: string): readonly string[];
  /** The route most like what was asked for, as `GET /api/v1/jobs/:id`; null where none is near. */
  nearest(method: string, path: string): string | null;
}

/** Remembers what is served, to tell a wrong method from a wrong path and to suggest the right one. Asked after a miss only. */
export function createKnownRoutes(): KnownRoutes {
  const methods = new Map<string, Set<string>>();
  const expressions = new Map<string, RegExp>();
  return {
    add(method, pattern) {
      if (pattern === '*') return;
      const path = pattern.length > 1 ? pattern.replace(/\/$/, '') : pattern;
      const at = methods.get(path) ?? new Set();
      at.add(method);
      methods.set(path, at);
      expressions.set(path, expressionOf(path));
    },
    methodsAt(path) {
      const found = new Set<string>();
      for (const [pattern, expression] of expressions)
        if (expression.test(path)) for (const method of methods.get(pattern)!) found.add(method);
      if (found.size > 0) found.add('OPTIONS');
      return [...found].toSorted();
    },
    nearest(method, path) {
      const wanted = path.slice(0, 200);
      let best: { readonly route: string; readonly miss: number } | null = null;
      // A path written without /api/v1 is the commonest mistake, so it is tried with it.
      for (const tried of [wanted, `/api/v1${wanted}`]) {
        const parts = tried.split('/');
        for (const [pattern, taken] of methods) {
          if (pattern.includes('*')) continue;
          const asked = pattern.split('/').map((part, at) => (part.startsWith(':') ? (parts[at] ?? part) : part));
          const miss = distance(tried, asked.join('/')) + (taken.has(method) ? 0 : 1);
          if (miss <= Math.max(2, Math.floor(tried.length / 4)) && miss < (best?.miss ?? Infinity)) {
            best = { route: `${taken.has(method) ? method : [...taken][0]} ${pattern}`, miss };
          }
        }
      }
      return best?.route ?? null;
    },
  };
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern
    .split(/(:\w+|\*)/)
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join('')}/?$`);
}
