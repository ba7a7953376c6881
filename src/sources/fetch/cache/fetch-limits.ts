/** What one source may hold, apart from its bytes, which are a setting of the source. */
export const fetchLimits = {
  /** Files of a snapshot. A task has five to ten. */
  files: 20_000,
  /** Bytes of one file; larger ones are left out. The largest archive of a task may have as many. */
  fileBytes: 16 * 1024 * 1024,
  /** Folders a file may lie in. */
  depth: 32,
  /** Bytes that the list of a commit's files may have: ten times the files above, with long names; `node_modules` is in it. */
  listingBytes: 32 * 1024 * 1024,
  /** Characters of a path. */
  pathChars: 1_000,
  /** Bytes of an archive of tasks: it lies in memory, twice for a moment. */
  archiveBytes: 128 * 1024 * 1024,
  /** Bytes of an index or a list of tasks: some ten thousand tasks. */
  indexBytes: 16 * 1024 * 1024,
  /** What was left out is named up to this number. */
  skipped: 50,
} as const;
