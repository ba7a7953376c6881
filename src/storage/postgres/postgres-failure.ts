import { RatchetError } from '#kernel/index.ts';
import { storageFull, storageUnavailable } from '../errors.ts';

/** Connection failures, by SQLSTATE class or code (https://www.postgresql.org/docs/current/errcodes-appendix.html) and by the system's name. */
const lost = /^(?:08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;

/** What the driver says without a code. */
const lostWords =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error|^Client was closed|^Cannot use a pool after/;

/** A failure of PostgreSQL that means something to those above as an error of ours; anything else as it is. */
export function postgresFailure(caught: unknown, where: string): unknown {
  if (caught instanceof RatchetError || !(caught instanceof Error)) return caught;
  const code = codeOf(caught);
  const detail = caught.message || code;
  if (code === '53100') return storageFull({ where, detail }, caught);
  if (lost.test(code) || lostWords.test(caught.message) || caught instanceof AggregateError)
    return storageUnavailable({ where, detail }, caught);
  return caught;
}

/** Two transactions were in each other's way; one of them has only to be done again. */
export function isCollision(caught: unknown): boolean {
  return caught instanceof Error && /^(?:40001|40P01)$/.test(codeOf(caught));
}

function codeOf(caught: Error): string {
  return 'code' in caught && typeof caught.code === 'string' ? caught.code : '';
}
