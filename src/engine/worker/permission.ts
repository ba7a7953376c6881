/** What Node's permission model offers at run time; absent when the process was started without `--permission`. */
interface Permission {
  has(scope: string): boolean;
  drop?(scope: string): void;
}

/**
 * Gives up what only loading needed: reading files and loading native code. A belt beside the sandbox, not the sandbox.
 * Does nothing when the process runs without Node's permission model.
 */
export function dropPermissions(): void {
  const permission = (process as { permission?: Permission }).permission;
  if (!permission?.drop) return;
  permission.drop('addon');
  permission.drop('fs.read');
}
