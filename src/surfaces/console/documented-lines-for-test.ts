/** What the documents of the product show as typed into the console, block by block, with their comments. `exec-id` stands for a number. */
export const documentedBlocks: Readonly<Record<string, string>> = {
  'quick workflow': `
ratchet> repo list                    # List task repositories
ratchet> task list                    # Browse available tasks
ratchet> task execute task-uuid       # Execute a task interactively
ratchet> server status                # Check server health
ratchet> set CITY = Berlin            # Set variables for reuse
ratchet> task execute weather --input '{"city": "$CITY"}'
ratchet> help                         # Show all available commands
`,
  repositories: `
repo list                     # List all configured repositories
repo add my-repo file://./tasks  # Add new repository source
repo refresh                  # Refresh repository metadata
repo status                   # Show repository health
repo verify                   # Verify repository accessibility
`,
  tasks: `
task list                     # Browse available tasks
task show task-uuid           # Display task details and schema
task execute task-uuid        # Interactive task execution
task enable task-uuid         # Enable a disabled task
task disable task-uuid        # Disable a task
`,
  executions: `
execution list                # Show recent executions
execution show exec-id        # Display execution details
job list                      # View job queue status
job clear                     # Clear completed jobs
job pause                     # Pause job processing
job resume                    # Resume job processing
`,
  server: `
server status                 # Show server health and metrics
server workers                # Display worker pool status
server metrics                # Show performance metrics
health                        # Quick health check
stats                         # System statistics
monitor                       # Real-time monitoring dashboard
`,
  database: `
db status                     # Database connection status
db migrate                    # Run pending migrations
db stats                      # Database performance metrics
`,
  variables: `
# Set local variables
set API_URL = https://api.example.com
set TASK_ID = weather-forecast

# Use variables in commands
task execute $TASK_ID --input '{"url": "$API_URL"}'

# Environment variable access
env HOME                      # Show specific env var
env                          # Show all environment variables

# Advanced variable features
set BASE_URL = \${ENV:API_BASE_URL:-http://localhost:8080}
task execute \${TASK_ID:-default-task} --input '{"debug": "\${DEBUG:+true}"}'
`,
  development: `
# Set up development environment
set ENV = development
set DEBUG = true
set LOG_LEVEL = debug

# Work with tasks interactively
repo refresh
task list
task execute my-task --input '{"env": "$ENV", "debug": "$DEBUG"}'
`,
  production: `
# Monitor system health
server status
health
stats
monitor

# Review recent executions
execution list --limit=10
job list --status=failed
`,
  automation: `
# Execute from console
source ~/.ratchet/daily-health.rsh
`,
};

/** The script that is run by the last of them, as it is printed; and with what it prints. */
export const documentedScript = `# Create reusable script: ~/.ratchet/daily-health.rsh
echo "set DATE = $(date +%Y-%m-%d)"
echo "server status"
echo "db status" 
echo "execution list --since=$DATE"
`;
export const printedScript = `set DATE = $(date +%Y-%m-%d)
server status
db status
execution list --since=$DATE
`;
