import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { tlsUnusable } from './errors.ts';
import type { HttpSettings } from './settings.ts';

/** Reads and tries certificate and key; null where HTTPS is not wanted. @throws TLS_UNUSABLE */
export function tlsOptions({ certFile, keyFile, chainFile, minVersion }: HttpSettings['tls']): SecureContextOptions | null {
  if (certFile === null && keyFile === null) return null;
  if (certFile === null || keyFile === null) throw tlsUnusable({ reason: `${certFile === null ? 'cert_file' : 'key_file'} is missing` });
  const cert = [certFile, ...(chainFile === null ? [] : [chainFile])].map(read).join('\n');
  const options = { cert, key: read(keyFile), minVersion: minVersion === '1.3' ? ('TLSv1.3' as const) : ('TLSv1.2' as const) };
  try {
    createSecureContext(options);
  } catch (caught) {
    throw tlsUnusable({ reason: `${certFile} and ${keyFile} cannot be used (${(caught as Error).message})` }, caught);
  }
  return options;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (caught) {
    throw tlsUnusable({ reason: `${file} cannot be read (${(caught as NodeJS.ErrnoException).code ?? 'unknown'})` }, caught);
  }
}
