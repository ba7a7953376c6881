import { serverOperations, serverStreams } from '#app/server/server-operations.ts';
import { composeServices } from '@theguild/federation-composition';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
  validateSchema,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../../tests/requirements/verifies.ts';
import { buildGraphqlSchema } from './build-schema.ts';
import { federationSchema } from './federation.ts';

/** What contract.md part 4 lists, but for the one field that waits for another part of the server: testOutputDestinations. */
const contract: Record<string, string> = {
  Query:
    'tasks task taskStats executions execution jobs job schedules schedule workers workerStats health taskByUuid executionStats jobStats registryTasks registryTask registryTaskVersions',
  Mutation:
    'createTask updateTask deleteTask createExecution updateExecution deleteExecution createJob updateJob deleteJob createSchedule updateSchedule deleteSchedule executeTask executeTaskDirect updateTaskStatus cancelJob mcpCreateTask mcpEditTask mcpDeleteTask mcpTestTask mcpStoreResult',
  Subscription:
    'taskExecutions jobStatus workerStatus jobUpdates executionUpdates events executionLogFollowed executionProgress scheduleSlots',
  PaginationMeta: 'page limit total totalPages hasNext hasPrevious offset',
  TaskFiltersInput:
    'nameContains nameExact nameStartsWith nameEndsWith version versionIn enabled registrySource createdAfter createdBefore updatedAfter updatedBefore validatedAfter validatedBefore uuid uuidIn idIn hasValidation inSync',
  ExecutionFiltersInput:
    'taskId taskIdIn idIn status statusIn statusNot queuedAfter queuedBefore startedAfter startedBefore completedAfter completedBefore durationMinMs durationMaxMs progressMin progressMax hasProgress hasError errorMessageContains canRetry canCancel',
  JobFiltersInput:
    'taskId taskIdIn idIn status statusIn statusNot priority priorityIn priorityMin queuedAfter queuedBefore scheduledAfter scheduledBefore retryCountMin retryCountMax maxRetriesMin maxRetriesMax hasRetriesRemaining hasError errorMessageContains isScheduled dueNow',
  ScheduleFiltersInput:
    'taskId taskIdIn idIn nameContains nameExact nameStartsWith nameEndsWith enabled cronExpressionContains cronExpressionExact nextRunAfter nextRunBefore lastRunAfter lastRunBefore createdAfter createdBefore updatedAfter updatedBefore hasNextRun hasLastRun isDue overdue',
  WorkerFiltersInput: 'status lastHeartbeatAfter',
  SortInput: 'field direction',
  PaginationInput: 'page limit offset',
  CreateTaskInput: 'name description enabled inputSchema outputSchema metadata',
  CreateExecutionInput: 'taskId input',
  UpdateExecutionInput: 'status output errorMessage errorDetails progress',
  CreateJobInput: 'taskId priority scheduledFor maxRetries',
  UpdateJobInput: 'priority scheduledFor maxRetries',
  CreateScheduleInput: 'taskId name description cronExpression enabled',
  ExecuteTaskInput: 'taskId inputData priority outputDestinations maxRetries',
  McpStoreResultInput: 'taskId input output executionTimeMs status',
  McpTaskTestResults: 'total passed failed skipped testResults',
  McpCreateTaskInput: 'name description code inputSchema outputSchema tags version enabled testCases',
  Task: 'id uuid name label description version enabled registrySource availableVersions createdAt updatedAt validatedAt inSync inputSchema outputSchema metadata sourceCode sourceType repositoryInfo isEditable syncStatus needsPush lastSyncedAt',
  Execution:
    'id uuid taskId input output status errorMessage errorDetails queuedAt startedAt completedAt durationMs httpRequests recordingPath canRetry canCancel progress',
  Job: 'id taskId priority status retryCount maxRetries queuedAt scheduledFor errorMessage outputDestinations createdAt',
  Schedule: 'id taskId name description cronExpression enabled nextRun lastRun createdAt updatedAt outputDestinations',
  Worker: 'id status taskCount currentTask uptimeSeconds memoryUsageMb cpuUsagePercent lastHeartbeat',
  TaskStats: 'totalTasks enabledTasks disabledTasks totalExecutions successfulExecutions failedExecutions averageExecutionTimeMs',
  ExecutionStats: 'totalExecutions pending running completed failed',
  JobStats: 'totalJobs queued processing completed failed retrying',
  WorkerStats:
    'totalWorkers activeWorkers idleWorkers runningWorkers stoppingWorkers errorWorkers totalTasks averageUptimeSeconds totalMemoryUsageMb',
  HealthStatus: 'database jobQueue scheduler message',
  TaskExecutionResult: 'success output error durationMs executionId',
  JobStatus: 'QUEUED PROCESSING COMPLETED FAILED CANCELLED RETRYING PENDING',
  JobPriority: 'LOW NORMAL HIGH CRITICAL',
  ExecutionStatus: 'PENDING RUNNING COMPLETED FAILED CANCELLED',
  WorkerStatus: 'IDLE RUNNING STOPPING ERROR',
};

const schema = buildGraphqlSchema({ operations: serverOperations, streams: serverStreams });

describe('The GraphQL schema', () => {
  it('is valid, and every type, field and argument is described', () => {
    expect(validateSchema(schema)).toEqual([]);
    expect(undescribed(schema)).toEqual([]);
  });

  it('has a field for every operation and stream, under the name the operation says', () => {
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) => Object.keys(type.getFields()));
    const named = serverOperations.map(({ name, on }) => [name, on.graphql] as const);
    expect(named.filter(([, field]) => field === undefined)).toEqual([]);
    expect(named.filter(([, field]) => !fields.includes(field!))).toEqual([]);
    expect(Object.keys(schema.getSubscriptionType()!.getFields())).toEqual(
      expect.arrayContaining(serverStreams.map(({ on }) => on.graphql)),
    );
  });

  it.each(Object.entries(contract))('has the fields of %s of the contract', (name, fields) => {
    const type = schema.getType(name)!;
    const had =
      isObjectType(type) || isInputObjectType(type)
        ? Object.keys(type.getFields())
        : isEnumType(type)
          ? type.getValues().map((value) => value.name)
          : [];
    expect(
      fields
        .trim()
        .split(/\s+/)
        .filter((field) => !had.includes(field)),
    ).toEqual([]);
  });

  it('says what is not null as the operation does, and leaves null to what only some answers have', () => {
    const fields = (schema.getType('Task') as { getFields: () => Record<string, { type: unknown }> }).getFields();
    expect(String(fields['uuid']!.type)).toBe('ID!');
    expect(String(fields['sourceCode']!.type)).toBe('String');
    expect(String(fields['validatedAt']!.type)).toBe('DateTime');
  });

  it('refuses two operations with one name', () => {
    const [first, ...others] = serverOperations.filter(({ on }) => on.graphql !== undefined);
    const twin = { ...first!, name: 'tasks.other' };
    expect(() => buildGraphqlSchema({ operations: [first!, twin, ...others] as never, streams: [] })).toThrow(
      /tasks\.other wants the field/,
    );
  });
});

describe('A federation with this server in it', () => {
  const sdl = federationSchema(buildGraphqlSchema({ operations: serverOperations, streams: serverStreams, isPlain: true }));

  it('is composed with another server that adds fields to our things', () => {
    verifies('graphql.federation');
    const billing = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external"])
      type Task @key(fields: "uuid") { uuid: ID! pricePerRun: Float! }
      type Execution @key(fields: "id") { id: ID! bill: Bill }
      type Bill { amount: Float! }
      type Query { bills: [Bill!]! }
    `;
    const composed = composeServices([
      { name: 'ratchet', typeDefs: parse(sdl), url: 'http://ratchet/graphql' },
      { name: 'billing', typeDefs: parse(billing), url: 'http://billing/graphql' },
    ]);
    expect(composed.errors ?? []).toEqual([]);
    const together = buildSchema(composed.publicSdl!);
    const wanted = '{ tasks { items { name pricePerRun jobs { id execution { status bill { amount } } } } } }';
    expect(validate(together, parse(wanted)).map(String)).toEqual([]);
  });

  it('is not composed where a server points at a thing by a key that is none', () => {
    const other = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
      type Task @key(fields: "colour") { colour: String! }
      type Query { colours: [Task!]! }
    `;
    const composed = composeServices([
      { name: 'ratchet', typeDefs: parse(sdl), url: 'http://ratchet/graphql' },
      { name: 'other', typeDefs: parse(other), url: 'http://other/graphql' },
    ]);
    expect(composed.errors?.length).toBeGreaterThan(0);
  });
});

function undescribed(of: GraphQLSchema): string[] {
  const found: string[] = [];
  for (const type of Object.values(of.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (!type.description?.trim()) found.push(type.name);
    if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.description?.trim()) found.push(`${type.name}.${field.name}`);
      for (const arg of 'args' in field ? field.args : [])
        if (!arg.description?.trim()) found.push(`${type.name}.${field.name}(${arg.name})`);
    }
  }
  return found;
}
