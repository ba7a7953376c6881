import { JobRequest, type Jobs } from '#jobs/index.ts';
import type { Clock, EventFeed, IdSource, ListPage, ListRequest, Settings } from '#kernel/index.ts';
import type { Database, Queries } from '#storage/index.ts';
import type { Catalogue, CatalogueTask } from '#tasks/index.ts';
import { oneVersion, splitPin } from '#tasks/catalogue/index.ts';
import {
  scheduleExhausted,
  scheduleInputInvalid,
  scheduleNameShared,
  scheduleNotFound,
  scheduleOver,
  scheduleProtected,
  scheduleTaskGone,
} from './errors.ts';
import { jobOptionsOf } from './job-options.ts';
import { firstSlot } from './next-slot.ts';
import { jitterOf } from './planning/jitter.ts';
import { ruleFor } from './rule-cache.ts';
import { fieldsOf } from './schedule-fields.ts';
import type { ScheduleChange, ScheduleCreation } from './schedule-request.ts';
import type { Schedule, ScheduleFields, Slot } from './schedule.ts';
import { graceSeconds } from './settings.ts';
import { listSchedules } from './store/list-schedules.ts';
import { listSlots } from './store/list-slots.ts';
import { columnsOf, lastSlotAt, lockSchedule, scheduleById, schedulesMeant } from './store/schedule-row.ts';
import { scheduleStatistics, type ScheduleStatistics } from './store/schedule-statistics.ts';

export interface SchedulesParts {
  readonly database: Database;
  readonly tasks: Pick<Catalogue, 'find'>;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly feed: EventFeed;
  readonly settings: Settings;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** What a task's input schema says of an input, in the sandbox; null: it fits, or nobody can say now. */
  readonly checkInput: (
    taskId: number,
    version: string | null,
    input: string,
  ) => Promise<readonly { readonly path: string; readonly message: string }[] | null>;
  /** The input of a schedule of the server's own at this moment, as JSON text; null: the one that is stored. */
  readonly liveInput: (schedule: Schedule) => string | null;
  /** A schedule was made or changed. */
  readonly poke: () => void;
}

export interface Triggered {
  readonly schedule: Schedule;
  readonly jobId: number;
  readonly jobUuid: string;
}

/** The schedules of a server. They are named by number, uuid or name. */
export interface Schedules {
  /** @throws errors of the rule, SCHEDULE_TASK_GONE, SCHEDULE_VERSION_UNKNOWN, SCHEDULE_INPUT_INVALID, SCHEDULE_OVER, SCHEDULE_RULE_UNCLEAR */
  create(said: ScheduleCreation, by: string): Promise<Schedule>;
  /** One of the server's own: made, or brought in line with what the server wants of it; whether it is enabled stays as it was. */
  keepOwn(uuid: string, said: ScheduleCreation, by: string): Promise<Schedule>;
  /** One of the server's own goes, where it is there. */
  removeOwn(uuid: string): Promise<void>;
  /** @throws SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED */
  find(ref: string): Promise<Schedule>;
  list(request: ListRequest): Promise<ListPage<Schedule>>;
  /** @throws SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED */
  slots(ref: string, request: ListRequest): Promise<ListPage<Slot>>;
  stats(): Promise<ScheduleStatistics>;
  /** @throws as `create`, SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED, SCHEDULE_EXHAUSTED, SCHEDULE_PROTECTED */
  update(ref: string, change: ScheduleChange, by: string): Promise<Schedule>;
  /** @throws SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED, SCHEDULE_EXHAUSTED, SCHEDULE_OVER */
  setEnabled(ref: string, enabled: boolean, by: string): Promise<Schedule>;
  /** Its ledger goes with it; jobs it has made stay. @throws SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED, SCHEDULE_PROTECTED */
  remove(ref: string, by: string): Promise<Schedule>;
  /** A job now, whatever else runs. @param input JSON text; null: the schedule's own @throws SCHEDULE_NOT_FOUND, SCHEDULE_NAME_SHARED, and what the queue says */
  trigger(ref: string, input: string | null, by: string): Promise<Triggered>;
}

export function createSchedules(parts: SchedulesParts): Schedules {
  const { database, feed, settings, ids, clock } = parts;

  const tell = (kind: string, { id, name, taskId }: Schedule, by: string) => {
    feed.publish({
      kind,
      at: clock.now(),
      taskId: String(taskId),
      jobId: null,
      executionId: null,
      data: { scheduleId: String(id), schedule: name, by },
    });
    parts.poke();
  };

  async function find(ref: string): Promise<Schedule> {
    const found = await schedulesMeant(database.read, ref);
    if (found.length > 1) throw scheduleNameShared({ name: ref, ids: found.map(({ id }) => id) });
    if (found[0] === undefined) throw scheduleNotFound({ schedule: ref });
    return found[0];
  }

  async function task(ref: string): Promise<CatalogueTask> {
    const found = await parts.tasks.find(ref);
    if (found === null) throw scheduleTaskGone({ task: ref });
    return found;
  }

  async function checkInput(fields: ScheduleFields, { name }: CatalogueTask): Promise<void> {
    const problems = await parts.checkInput(fields.taskId, fields.taskVersion, fields.input);
    if (problems !== null) throw scheduleInputInvalid({ task: name, problems });
  }

  /** @throws SCHEDULE_OVER when there is none */
  function begin(fields: ScheduleFields, uuid: string, after: number): { next_slot_at: number; due_at: number } {
    const slot = firstSlot(fields, after);
    if (slot === null) throw scheduleOver({ rule: ruleFor(fields.rule).describe() });
    return { next_slot_at: slot, due_at: slot + jitterOf(uuid, slot, fields.jitterMs) };
  }

  /** From when slots count: one that was to be a moment ago is meant to be now. */
  const from = ({ rule }: ScheduleFields, now: number) => (rule.kind === 'once' ? now - settings.get(graceSeconds) * 1_000 : now);

  async function insert(
    queries: Queries,
    fields: ScheduleFields,
    own: { readonly uuid: string; readonly isEnabled: boolean; readonly isSystem: boolean; readonly by: string; readonly now: number },
  ): Promise<number> {
    const { uuid, isEnabled, isSystem, by, now } = own;
    const slots = isEnabled ? begin(fields, uuid, from(fields, now)) : { next_slot_at: null, due_at: null };
    const { id } = await queries.kysely
      .insertInto('schedules')
      .values({
        uuid,
        ...columnsOf(fields),
        ...slots,
        enabled: isEnabled ? 1 : 0,
        disabled_reason: isEnabled ? null : 'request',
        is_system: isSystem ? 1 : 0,
        created_by: by,
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  const known = async (id: number): Promise<Schedule> => {
    const schedule = await scheduleById(database.read, id);
    if (schedule === null) throw scheduleNotFound({ schedule: String(id) });
    return schedule;
  };

  /** Writes what was decided; where times or being enabled change, planning begins anew after the latest slot. */
  async function change(id: number, fields: (before: Schedule) => ScheduleFields, enabled: boolean | undefined): Promise<Schedule> {
    const now = clock.now();
    await database.write(async (queries) => {
      const before = await lockSchedule(queries, id);
      if (before === null) throw scheduleNotFound({ schedule: String(id) });
      const after = fields(before);
      const isEnabled = enabled ?? before.isEnabled;
      if (isEnabled && after.maxExecutions !== null && before.executionCount >= after.maxExecutions) {
        throw scheduleExhausted({ schedule: before.name, executions: before.executionCount });
      }
      const isSameTimes =
        JSON.stringify([before.rule, before.startsAt, before.endsAt, before.jitterMs]) ===
        JSON.stringify([after.rule, after.startsAt, after.endsAt, after.jitterMs]);
      const columns = { ...columnsOf(after), updated_at: now };
      const update = queries.kysely.updateTable('schedules').where('id', '=', id);
      if (!isEnabled) {
        const reason = before.isEnabled || enabled === false ? 'request' : before.disabledReason;
        await update.set({ ...columns, enabled: 0, disabled_reason: reason, due_at: null }).execute();
      } else if (before.isEnabled && isSameTimes) {
        await update.set(columns).execute();
      } else {
        const last = await lastSlotAt(queries, id);
        const slots = begin(after, before.uuid, Math.max(from(after, now), last ?? 0));
        await update.set({ ...columns, ...slots, enabled: 1, disabled_reason: null }).execute();
      }
    });
    return known(id);
  }

  return {
    find,
    async create(request, by) {
      const said = unpinned(request);
      const found = await task(said.taskId);
      const now = clock.now();
      const fields = fieldsOf(said, null, { task: found, settings, now });
      await checkInput(fields, found);
      const uuid = ids.next<'schedule'>();
      const id = await database.write((queries) =>
        insert(queries, fields, { uuid, isEnabled: said.enabled ?? true, isSystem: false, by, now }),
      );
      const made = await known(id);
      tell('schedule.created', made, by);
      return made;
    },
    async keepOwn(uuid, said, by) {
      const found = await task(said.taskId);
      const now = clock.now();
      const [existing] = await schedulesMeant(database.read, uuid);
      if (existing === undefined) {
        const fields = fieldsOf(said, null, { task: found, settings, now });
        const id = await database.write((queries) => insert(queries, fields, { uuid, isEnabled: true, isSystem: true, by, now }));
        return known(id);
      }
      return change(existing.id, (before) => fieldsOf(said, before, { task: found, settings, now }), undefined);
    },
    removeOwn: (uuid) => database.write(async ({ run }) => void (await run('DELETE FROM schedules WHERE uuid = $1', [uuid]))),
    list: (request) => listSchedules(database.read, request, clock.now()),
    slots: async (ref, request) => listSlots(database.read, (await find(ref)).id, request),
    stats: () => scheduleStatistics(database.read, clock.now()),
    async update(ref, request, by) {
      const said = unpinned(request);
      const schedule = await find(ref);
      if (schedule.isSystem && said.taskId !== undefined) throw scheduleProtected({ schedule: schedule.name });
      const found = await task(said.taskId ?? String(schedule.taskId));
      const fields = (before: Schedule) => fieldsOf(said, before, { task: found, settings, now: clock.now() });
      if (said.input !== undefined || said.version !== undefined || said.taskId !== undefined) await checkInput(fields(schedule), found);
      const changed = await change(schedule.id, fields, said.enabled);
      tell('schedule.updated', changed, by);
      return changed;
    },
    async setEnabled(ref, enabled, by) {
      const schedule = await find(ref);
      const changed = await change(schedule.id, (before) => before, enabled);
      tell(enabled ? 'schedule.enabled' : 'schedule.disabled', changed, by);
      return changed;
    },
    async remove(ref, by) {
      const schedule = await find(ref);
      if (schedule.isSystem) throw scheduleProtected({ schedule: schedule.name });
      await database.write(({ run }) => run('DELETE FROM schedules WHERE id = $1', [schedule.id]));
      tell('schedule.removed', schedule, by);
      return schedule;
    },
    async trigger(ref, input, by) {
      const schedule = await find(ref);
      const request = JobRequest.parse({
        ...jobOptionsOf(schedule),
        input: JSON.parse(input ?? parts.liveInput(schedule) ?? schedule.input) as unknown,
        metadata: { schedule: schedule.name, triggeredBy: by },
      });
      const [made] = await parts.jobs.enqueue([{ request, origin: { scheduleId: schedule.id } }], by);
      tell('schedule.triggered', schedule, by);
      return { schedule, jobId: made!.id, jobUuid: made!.uuid };
    },
  };
}

/** `addition@1.2.0` names a task and a version. */
function unpinned<Said extends { readonly taskId?: string | undefined; readonly version?: string | null | undefined }>(said: Said): Said {
  const { ref, version } = splitPin(said.taskId ?? '');
  return version === null ? said : { ...said, taskId: ref, version: oneVersion(version, said.version ?? null) };
}
