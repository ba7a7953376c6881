import { defineError } from '#kernel/index.ts';

// What can go wrong while a source is fetched. `address` is the uri without credentials; what a server said is cut and masked.

export const sourceUriInvalid = defineError<{ uri: string; reason: string; hint: string | null }>('SOURCE_URI_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ uri, reason }) => `The source ${JSON.stringify(uri)} cannot be understood: ${reason}.`,
  hint: ({ hint }) => hint ?? 'Use a path, file://, https://, https://.../name.git, ssh:// or user@host:path.',
  about:
    'The uri of a source is malformed, of a kind that is not supported, or holds credentials, which belong to the settings of the source.',
});

export const sourceUnreachable = defineError<{ address: string; reason: string }>('SOURCE_UNREACHABLE', {
  http: 502,
  exit: 'failed',
  retryable: true,
  message: ({ address, reason }) => `The source ${address} cannot be reached: ${reason}.`,
  hint: () => 'Look whether the address is right and the host answers; what was fetched before goes on serving.',
  about: 'The host of a source has no address, does not answer, or broke the connection before everything had arrived.',
});

export const sourceNotFound = defineError<{ address: string; reason: string }>('SOURCE_NOT_FOUND', {
  http: 422,
  exit: 'failed',
  message: ({ address, reason }) => `There is no source at ${address}: ${reason}.`,
  hint: () => 'Correct the address. Hosts answer the same way for what the credentials may not see.',
  about: 'The host answers, and has no repository or file at the address; or it hides one from the credentials it was given.',
});

export const sourceAuthFailed = defineError<{ address: string; reason: string }>('SOURCE_AUTH_FAILED', {
  http: 422,
  exit: 'failed',
  message: ({ address, reason }) => `The source ${address} refused the credentials: ${reason}.`,
  hint: () =>
    'Name credentials that may read the source (registry.auth and the auth_name of the source), and look whether they have expired.',
  about: 'The host of a source asked for credentials and got none, or refused those it got.',
});

export const sourceAuthInvalid = defineError<{ address: string; reason: string }>('SOURCE_AUTH_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ address, reason }) => `The credentials for ${address} cannot be used: ${reason}.`,
  hint: () => 'Git over https takes git_token, basic or bearer; over ssh ssh_key; HTTP takes bearer, basic, api_key or git_token.',
  about:
    'The credentials of a source are of a kind that its address cannot use, or would be sent where everybody could read them. Nothing was sent.',
});

export const sourceHostKeyUnknown = defineError<{ address: string; reason: string }>('SOURCE_HOST_KEY_UNKNOWN', {
  http: 422,
  exit: 'failed',
  message: ({ address, reason }) => `The host of ${address} could not prove who it is: ${reason}.`,
  hint: () => 'Put the key of the host into known_hosts of the credentials, or set host_keys to accept_new to believe it the first time.',
  about: 'An ssh host showed a key that is not among the known ones, or another one than before. Nothing was sent to it.',
});

export const sourceAddressRefused = defineError<{ address: string; reason: string }>('SOURCE_ADDRESS_REFUSED', {
  http: 422,
  exit: 'usage',
  message: ({ address, reason }) => `The source ${address} may not be fetched: ${reason}.`,
  hint: () => 'Let the operator name the source in the configuration, where any address is allowed.',
  about:
    'A source that was added through the server leads to this machine, to a private network, or over an unencrypted connection. Only sources in the configuration may.',
});

export const sourceRefNotFound = defineError<{ address: string; ref: string }>('SOURCE_REF_NOT_FOUND', {
  http: 422,
  exit: 'failed',
  message: ({ address, ref }) => `The repository ${address} has no branch, tag or commit ${JSON.stringify(ref)}.`,
  hint: () => 'Look for the name with `git ls-remote`; a commit is named by its whole id.',
  about: 'The branch, tag or commit that a Git source names does not exist in the repository, or the repository is empty.',
});

export const sourceSubdirectoryNotFound = defineError<{ address: string; subdirectory: string }>('SOURCE_SUBDIRECTORY_NOT_FOUND', {
  http: 422,
  exit: 'failed',
  message: ({ address, subdirectory }) => `The source ${address} has no folder ${JSON.stringify(subdirectory)}.`,
  hint: () => 'Correct the subdirectory of the source; it is relative to the top of what is fetched, with forward slashes.',
  about: 'The subdirectory that a source names is not a folder of what was fetched.',
});

export const sourceTooLarge = defineError<{ address: string; what: string; limit: number }>('SOURCE_TOO_LARGE', {
  http: 422,
  exit: 'failed',
  message: ({ address, what, limit }) => `The source ${address} is too large: ${what}; the limit is ${limit}.`,
  hint: () => 'Name a subdirectory or fetch less history, move what is no task elsewhere, or raise the limit of the source.',
  about: 'A source has more bytes or files than it may have. What had arrived was thrown away.',
});

export const sourceTimedOut = defineError<{ address: string; timeoutMs: number }>('SOURCE_TIMED_OUT', {
  http: 504,
  exit: 'failed',
  retryable: true,
  message: ({ address, timeoutMs }) => `Fetching ${address} took longer than ${timeoutMs / 1000} s.`,
  hint: () => 'Raise the timeout of the source, or fetch less history; what was fetched before goes on serving.',
  about: 'A fetch was not through when its time was up, and was ended. The next one starts from what was complete before.',
});

export const sourceFetchCancelled = defineError<{ address: string }>('SOURCE_FETCH_CANCELLED', {
  http: 503,
  exit: 'interrupted',
  retryable: true,
  message: ({ address }) => `Fetching ${address} was cancelled.`,
  hint: () => 'Fetch again; nothing half-fetched was kept.',
  about: 'A fetch was ended because nobody waited for it any more, or because the server stops.',
});

export const sourceFetchFailed = defineError<{ address: string; reason: string }>('SOURCE_FETCH_FAILED', {
  http: 502,
  exit: 'failed',
  retryable: true,
  message: ({ address, reason }) => `Fetching ${address} failed: ${reason}.`,
  hint: () => 'The reason is what the host or git said; what was fetched before goes on serving.',
  about: 'A fetch failed for a reason that has no code of its own.',
});

export const sourceContentInvalid = defineError<{ address: string; reason: string }>('SOURCE_CONTENT_INVALID', {
  http: 422,
  exit: 'failed',
  message: ({ address, reason }) => `What ${address} answers is no source: ${reason}.`,
  hint: () =>
    'An HTTP source answers with a ZIP, an index of tasks, or a list at /tasks. For a Git repository say that the source is of type git.',
  about:
    'An HTTP source answered with something that is neither an archive, nor an index, nor a list of tasks; or with one that is malformed or unsafe. Nothing of it was used.',
});

export const sourceChecksumWrong = defineError<{ address: string; what: string; expected: string; actual: string }>(
  'SOURCE_CHECKSUM_WRONG',
  {
    http: 422,
    exit: 'failed',
    message: ({ address, what, expected, actual }) => `${what} of ${address} has the checksum ${actual}, and ${expected} was expected.`,
    hint: () => 'Somebody changed the content without the checksum, or on the way. Find out which before you correct the checksum.',
    about: 'What was fetched does not have the SHA-256 that the index or the configuration says. Nothing of it was used.',
  },
);

export const sourceSignatureInvalid = defineError<{ address: string; revision: string; reason: string }>('SOURCE_SIGNATURE_INVALID', {
  http: 422,
  exit: 'failed',
  message: ({ address, revision, reason }) => `The commit ${revision} of ${address} was refused: ${reason}.`,
  hint: () => 'Sign the commit with an ssh key that is among the allowed signers of the source, or add the signer.',
  about:
    'A Git source asks for signed commits, and the newest one has no signature, a wrong one, or one by somebody who is not allowed. Nothing of it was used.',
});

export const sourceCacheFailed = defineError<{ folder: string; reason: string }>('SOURCE_CACHE_FAILED', {
  http: 507,
  exit: 'environment',
  retryable: true,
  message: ({ folder, reason }) => `What was fetched cannot be kept in ${folder}: ${reason}.`,
  hint: () => 'Give the data folder room and the right to write; nothing half-written is left behind.',
  about: 'The folder for fetched sources is full or cannot be written.',
});

export const gitMissing = defineError<{ reason: string }>('GIT_MISSING', {
  http: 503,
  exit: 'environment',
  message: ({ reason }) => `Git sources need the program git: ${reason}.`,
  hint: () => 'Install git 2.32 or newer so that it is found on PATH, and start again.',
  about: 'A Git source was asked for on a machine where git cannot be started or is too old. Other sources work without it.',
});

// What can go wrong with sources as such.

export const sourceUnknown = defineError<{ source: string }>('REPOSITORY_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ source }) => `There is no source ${JSON.stringify(source)} on this server.`,
  hint: () => 'Look for its number or name among those listed by `ratchet repo list`.',
  about: 'A source was named that the server does not have; it may have been removed.',
});

export const sourceExists = defineError<{ name: string }>('REPOSITORY_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ name }) => `There is a source called ${name} already; nothing was added.`,
  hint: () => 'Choose another name, or change that source.',
  about: 'A source was to be added under a name that another one has.',
});

export const sourceConfigured = defineError<{ source: string; origin: 'config' | 'command' }>('REPOSITORY_CONFIGURED', {
  http: 409,
  exit: 'usage',
  message: ({ source, origin }) =>
    `The source ${source} comes from ${origin === 'config' ? 'the configuration' : 'the command line'} of the server and is changed there.`,
  hint: ({ origin }) =>
    origin === 'config' ? 'Change registry.sources in the configuration file.' : 'Start the server with other sources.',
  about:
    'What the configuration or the command line says of a source holds as long as it says so: the next start would undo a change made here.',
});

export const sourceBusy = defineError<{ source: string }>('SOURCE_BUSY', {
  http: 409,
  exit: 'busy',
  retryable: true,
  message: ({ source }) => `The source ${source} is being synced by another process.`,
  hint: () => 'Ask again in a moment; what that process finds is seen here too.',
  about:
    'Several servers share one database, and one of them reads the source now. A process that died keeps a source for 15 seconds at most.',
});

export const sourceSecretRefused = defineError<{ field: string }>('SOURCE_SECRET_REFUSED', {
  http: 422,
  exit: 'usage',
  message: ({ field }) => `The field ${field} holds a credential; sources that are added through the server store none. Nothing was added.`,
  hint: () => 'Put the credential under registry.auth.<name> in the configuration and give that name as authName.',
  about: 'Credentials live in the configuration of the server and are named by sources, so that no database, answer or log holds them.',
});

export const sourceAuthUnknown = defineError<{ source: string; authName: string; known: readonly string[] }>('SOURCE_AUTH_UNKNOWN', {
  http: 422,
  exit: 'usage',
  message: ({ source, authName }) => `The source ${source} names the credential ${authName}, and the configuration has none of this name.`,
  hint: ({ known }) => (known.length === 0 ? 'Add it under registry.auth in the configuration.' : `There is ${known.join(', ')}.`),
  about: 'A source names its credential by auth_name, and `registry.auth` in the configuration of this server holds none under that name.',
});

export const sourcesNotAdded = defineError<{ uri: string; rule: string }>('SOURCE_NOT_ALLOWED', {
  http: 403,
  exit: 'usage',
  message: ({ uri, rule }) => `The source ${uri} may not be added through this server: ${rule}.`,
  hint: () => 'Name it in registry.sources of the configuration, or let the operator set registry.added_sources.',
  about:
    'The operator decides which sources callers may add: `registry.added_sources`. Folders of the server and addresses of private networks are open to callers only while nobody else than this machine reaches the server.',
});

export const discoveryRefused = defineError<{ path: string }>('TASK_DISCOVERY_REFUSED', {
  http: 403,
  exit: 'usage',
  message: ({ path }) => `${path} is no folder that may be searched for tasks.`,
  hint: () => 'Name a folder below a source of the server as a whole path, or let the operator add one to registry.discovery_roots.',
  about:
    'Callers may look for tasks only below folders that are sources of the server or that its configuration names, wherever links lead, so that nobody learns what else lies on the machine.',
});
