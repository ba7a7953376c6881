/** A script to start from. */
export interface ScriptTemplate {
  readonly name: string;
  readonly about: string;
  readonly text: string;
}

/** Scripts that run as they stand at any server; tests run each. */
export const scriptTemplates: readonly ScriptTemplate[] = [
  {
    name: 'daily-health',
    about: 'How the server is, and what failed since yesterday',
    text: `# How the server is, and what failed since yesterday.
health
db status
stats
job list --status failed --since 1d
execution list --status failed --since 1d
logs trends
`,
  },
  {
    name: 'deploy',
    about: 'Take up what has changed in the sources, and look at what came of it',
    text: `# Take up what has changed in the sources, and look at what came of it.
repo refresh
repo health
task modified
task list
`,
  },
  {
    name: 'report',
    about: 'Put the state of the server into files of today',
    text: `# Put the state of the server into files of today: DATE may be set before.
set DAY = \${DATE:-$(date +%Y-%m-%d)}
server status > status-$DAY.json
server metrics > metrics-$DAY.json
execution list --limit 100 > executions-$DAY.json
execution stats > summary-$DAY.json
`,
  },
  {
    name: 'maintenance',
    about: 'Let nothing new start, wait for nothing, and let go again',
    text: `# Let nothing new start while something is done by hand.
job pause --reason "maintenance"
job list --status processing
db retention
# What has to be done comes here.
job resume
`,
  },
];
