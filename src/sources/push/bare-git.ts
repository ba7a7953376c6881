/** What a git program said and how it ended. */
export interface GitEnd {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitInput {
  /** For its standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends other than 0 that are answers. */
  readonly accepts?: readonly number[];
}

/** Git at work in a bare repository of its own, with the credentials of one source. */
export interface BareGit {
  /** Folder of the repository. */
  readonly folder: string;
  /** What git is given to reach the source. */
  readonly remote: string;
  /** @throws an error of the source that says what git said, for every end that is not accepted */
  run(args: readonly string[], options?: GitInput): Promise<GitEnd>;
}

export async function lineOf(git: BareGit, args: readonly string[], options?: GitInput): Promise<string> {
  return (await git.run(args, options)).stdout.toString('utf8').trim();
}
