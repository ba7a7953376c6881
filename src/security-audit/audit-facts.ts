/** An address that a server listens on. */
export interface AuditedAddress {
  /** In words: `The server`, `MCP`. */
  readonly what: string;
  readonly host: string;
  readonly isLoopback: boolean;
  /** Whether everybody has to say who they are. */
  readonly isAuthenticated: boolean;
  readonly hasTls: boolean;
  /** The setting that names it. */
  readonly setting: string;
}

/** A file of the server, as the system shows it. */
export interface AuditedFile {
  readonly path: string;
  /** Permission bits, such as 0o644; null where the system has none that mean this. */
  readonly mode: number | null;
  /** Whether others get as far as the file: the folders above it let them through. */
  readonly isReachable: boolean;
}

/** What the checks look at: all of it as it is in force now, and no secret among it. */
export interface AuditFacts {
  readonly addresses: readonly AuditedAddress[];
  /** `--insecure` was given. */
  readonly isInsecure: boolean;
  readonly allowedHosts: readonly string[];
  readonly tlsMinVersion: string;
  readonly cors: { readonly origins: readonly string[] };
  readonly bodyLimitBytes: number;
  readonly graphql: { readonly isEnabled: boolean; readonly hasPlayground: boolean; readonly hasIntrospection: boolean };
  readonly mcp: {
    readonly isEnabled: boolean;
    readonly method: string;
    readonly isAudited: boolean;
    readonly mayDevelop: boolean;
    /** Names of keys that may do everything, and of keys that never expire. */
    readonly keysWithoutPermissions: readonly string[];
    readonly keysWithoutEnd: readonly string[];
    readonly filter: { readonly isEnabled: boolean; readonly defaultPolicy: string };
  };
  readonly sandbox: {
    readonly wanted: string;
    readonly kind: string;
    readonly detail: string;
    readonly isolation: string;
    readonly checksSchemas: boolean;
  };
  readonly network: {
    readonly allowedAddresses: readonly string[];
    readonly trustsTaskLists: boolean;
    readonly verifiesTls: boolean;
    readonly asksApproval: boolean;
    /** Enabled tasks with what their network list says; null: it names no hosts, and every public one is open to it. */
    readonly tasks: readonly { readonly name: string; readonly lines: readonly string[] | null }[];
  };
  /** Which sources callers may add. */
  readonly addedSources: string;
  readonly configuration: (AuditedFile & { readonly secrets: readonly string[] }) | null;
  /** Null: in memory, or on another machine. */
  readonly database: AuditedFile | null;
  readonly keepsRecordings: string;
  readonly isRetained: boolean;
  readonly node: { readonly version: string; readonly isSupported: boolean };
  readonly isRoot: boolean;
}
