/** Whether a setting that takes effect while the server runs may be changed through the server, and why. */
export interface ChangeRule {
  /** Keys, or beginnings of keys with a dot at the end. The longest that fits a key decides. */
  readonly keys: readonly string[];
  /** `open`: as it is. `told`: changed, and the caller and the log are told what that means. `refused`: by the file or a variable only. */
  readonly stance: 'open' | 'told' | 'refused';
  /** A sentence for whoever changes it, or may not. */
  readonly why: string;
}

/**
 * Who may call the server may change its settings, and nobody has to say who they are. So what decides which code comes in, what code may
 * reach, and which files of this machine are read or written is left to who can write the configuration. A setting that no row names is
 * refused: whoever lets one take effect at run time adds it here, and a test asks for that.
 */
export const changeRules: readonly ChangeRule[] = [
  {
    keys: ['registry.'],
    stance: 'refused',
    why: 'It decides which code the server runs, and with which credentials that is fetched and committed. `ratchet repo add` adds a source within registry.added_sources.',
  },
  {
    keys: ['engine.isolation'],
    stance: 'refused',
    why: 'It decides what executions of a task share with each other: it is a wall of the sandbox.',
  },
  {
    keys: ['tasks.require_network_approval'],
    stance: 'refused',
    why: 'Whoever wants a version to reach more hosts could switch off that a person looks at it.',
  },
  { keys: ['logging.targets'], stance: 'refused', why: 'It names files of this machine that the server writes.' },
  { keys: ['logging.patterns.files'], stance: 'refused', why: 'It names files of this machine that the server reads.' },
  {
    keys: ['logging.patterns.custom_patterns'],
    stance: 'refused',
    why: '`ratchet pattern create` stores error patterns, with the checks that belong to them.',
  },
  {
    keys: ['execution.'],
    stance: 'told',
    why: 'It bounds what one execution may take of this machine, or how many there are at once: higher leaves more to code that is not trusted.',
  },
  { keys: ['execution.validate_schemas'], stance: 'told', why: 'Without, tasks get inputs and give outputs that nobody has checked.' },
  {
    keys: ['http.', 'mcp.calls.'],
    stance: 'told',
    why: 'It bounds what tasks exchange with other systems, and how much of it the host holds in memory.',
  },
  {
    keys: ['engine.'],
    stance: 'told',
    why: 'It bounds the processes that run tasks: what they take of this machine, and how long they live.',
  },
  { keys: ['retention.', 'storage.backup.'], stance: 'told', why: 'What is removed because of its age or size does not come back.' },
  {
    keys: ['executions.'],
    stance: 'told',
    why: 'It decides how much of logs and of what tasks exchange is kept; recordings hold requests and answers.',
  },
  {
    keys: ['logging.level', 'logging.format', 'logging.llm_export.', 'logging.patterns.enabled', 'logging.patterns.match_threshold'],
    stance: 'open',
    why: 'It changes what is said of executions, and nothing that they can do.',
  },
  {
    keys: ['server.job_queue.', 'schedules.', 'cache.'],
    stance: 'open',
    why: 'It changes when and how often jobs run, within the limits of executions.',
  },
  { keys: ['server.shutdown_grace'], stance: 'open', why: 'It changes how long a stop takes.' },
  { keys: ['engine.balance', 'http.user_agent'], stance: 'open', why: 'It widens nothing.' },
];

const unnamed: ChangeRule = { keys: [], stance: 'refused', why: 'Nobody has said yet that it may be changed through the server.' };

/** The rule for a setting: the one with the longest key that fits. */
export function ruleFor(key: string): ChangeRule {
  let best = unnamed;
  let length = 0;
  for (const rule of changeRules) {
    for (const one of rule.keys) {
      if ((one === key || (one.endsWith('.') && key.startsWith(one))) && one.length > length) [best, length] = [rule, one.length];
    }
  }
  return best;
}
