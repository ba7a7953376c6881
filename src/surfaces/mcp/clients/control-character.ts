/** All of them but tab, line feed and carriage return, which texts and code are made of. */
// oxlint-disable-next-line no-control-regex -- They are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** The first control character in a text of a value, with its place: `input.name`, `U+001B`. Null where there is none. */
export function controlCharacterIn(value: unknown): { readonly path: string; readonly code: string } | null {
  const open: { readonly value: unknown; readonly path: string }[] = [{ value, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: one, path } = next;
    if (typeof one === 'string') {
      const found = control.exec(one);
      if (found) return { path: path || 'as a whole', code: `U+${found[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}` };
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, inner] of Object.entries(one)) open.push({ value: inner, path: path === '' ? key : `${path}.${key}` });
    }
  }
  return null;
}
