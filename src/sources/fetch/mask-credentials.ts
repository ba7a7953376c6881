/** A text with the credentials in its addresses (`https://user:secret@host`) made unreadable: for messages. */
export function maskCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@'"]*(?:@[^/\s@'"]*)*@/gi, '$1***@');
}

/** The same, and without the secrets that are known, also as a URL spells them. Those of three characters are words. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = maskCredentials(text);
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const spelling of [secret, encodeURIComponent(secret.toWellFormed())]) masked = masked.replaceAll(spelling, '***');
  }
  return masked;
}
