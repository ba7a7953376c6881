export { RatchetError } from '#kernel/error.ts';
export type { StreamEvent } from '#kernel/stream-event.ts';
export { connect } from './connect.ts';
export { isError, type ErrorCode, type ErrorCodeOf, type ErrorOf } from './is-error.ts';
export type { CallSettings, ConnectOptions, FollowOptions } from './options.ts';
export type * from './ratchet-client.generated.ts';
