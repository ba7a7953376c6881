/** What stands in a recording in a secret's place. Letters, digits and _ only: it looks the same in JSON, in a URL, in a form and in a header. */
export function placeholderFor(name: string): string {
  return `__secret_${name.replaceAll(/[^A-Za-z0-9]+/g, '_').slice(0, 60) || 'value'}__`;
}

const placeholder = /__secret_[A-Za-z0-9_]+?__/;
const wholePlaceholder = /^__secret_[A-Za-z0-9_]+?__$/;

export function holdsPlaceholder(text: string): boolean {
  return placeholder.test(text);
}

export function isPlaceholder(text: string): boolean {
  return wholePlaceholder.test(text);
}

/**
 * Whether a text of a replay is the recorded one, where a placeholder of the recording may stand for anything: the replayed task works
 * with placeholders where the recorded one had secrets, and what it makes of them (their length, a hash) is not known.
 */
export function sameButForSecrets(recorded: string, got: string): boolean {
  if (recorded === got) return true;
  if (!holdsPlaceholder(recorded)) return false;
  // Piece by piece rather than by a regular expression: the texts may be megabytes, and the pieces hold anything.
  const pieces = recorded.split(new RegExp(placeholder.source, 'g'));
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (!got.startsWith(first) || !got.endsWith(last) || got.length < first.length + last.length) return false;
  let from = first.length;
  const end = got.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = got.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
