import { isLoopback } from '#surfaces/http/index.ts';

/** Origins of desktop clients that show pages of their own, and of pages without one (contract 5.2). */
const ofPrograms = /^(?:null|(?:claude|vscode|code):\/\/.*)$/i;

/**
 * Whether a request that names an origin may reach MCP. Pages of this machine may, and those of the server itself. A page of elsewhere that
 * a browser lets call 127.0.0.1 (DNS rebinding) names itself and may not. @param host the header of the same name
 */
export function mayComeFrom(origin: string, host: string | undefined, allowed: readonly string[]): boolean {
  if (ofPrograms.test(origin)) return true;
  if (allowed.includes('*') || allowed.some((one) => one.toLowerCase().replace(/\/$/, '') === origin.toLowerCase())) return true;
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return isLoopback(url.hostname) || url.host === host?.toLowerCase();
}
