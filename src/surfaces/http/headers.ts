/** For answers that are data: a browser that shows one as a page runs nothing in it. */
const forData = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** For our own pages: scripts from files of this server only. Styles may stand in attributes, as the API page has them. */
export const contentPolicyOfPages =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Headers that every answer carries (contract 14.8). @param isTls strict transport security means something over TLS only */
export function securityHeaders(isTls: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': forData,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // The filter that 1 would switch on opened holes of its own; 0 is what is recommended today.
    'x-xss-protection': '0',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    ...(isTls ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

/** Headers of ours that pages of other origins may read. */
export const exposedHeaders = ['X-Total-Count', 'Content-Range', 'Link', 'X-Request-ID', 'ETag', 'Retry-After', 'Location'];
