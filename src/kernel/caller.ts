/** Who asks. Every operation is called by somebody; a surface names the caller before anything else happens. */
export interface Caller {
  readonly kind: 'local' | 'user' | 'key' | 'schedule' | 'task' | 'system';
  /** A name a person recognises in an audit line. */
  readonly name: string;
  readonly tenant: string;
  /** `resource:action` grants; `*` in either place matches anything. */
  readonly permissions: readonly string[];
}

/** The person at this machine's terminal: whoever may start the process may do everything it can do. */
export const localCaller: Caller = { kind: 'local', name: 'local', tenant: 'default', permissions: ['*:*'] };

/** Whether a caller holds a permission such as `task:run`. */
export function mayDo(caller: Caller, permission: string): boolean {
  const [resource, action] = permission.split(':');
  return caller.permissions.some((grant) => {
    const [grantResource, grantAction] = grant.split(':');
    return (grantResource === '*' || grantResource === resource) && (grantAction === '*' || grantAction === action);
  });
}
