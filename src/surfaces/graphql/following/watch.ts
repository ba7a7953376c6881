import { mostListed, type Caller, type EventFeed, type FeedEvent, type ListPage } from '#kernel/index.ts';
import type { Thing } from '../schema/context.ts';
import { changeQueue, type ChangeQueue } from './change-queue.ts';

type Ask = (operation: string, input: unknown) => Promise<unknown>;

/** A kind of thing that can be watched: which events are about one, and how those that changed are read. */
interface Watchable {
  /** The operation that reads them, whose permission a subscriber needs. */
  readonly operation: string;
  /** The key of the thing an event is about; null where it is about none. */
  readonly keyOf: ((event: FeedEvent) => string | null) | null;
  readonly read: (keys: readonly string[], ask: Ask) => Promise<readonly Thing[]>;
  readonly keyIn: (thing: Thing) => string;
  /** For things without events: what of one is worth telling when it differs. */
  readonly face?: (thing: Thing) => string;
}

const byId = (list: string) => async (keys: readonly string[], ask: Ask) =>
  ((await ask(list, { filter: { id: { in: keys } }, limit: mostListed })) as ListPage<Thing>).items;
const idIn = (thing: Thing) => String(thing['id']);
/** Told of an execution many times a second, and nothing of it that changes the execution. */
const onlyLog = new Set(['execution.log', 'execution.leftOut']);

const watchables: Readonly<Record<string, Watchable>> = {
  Job: {
    operation: 'jobs.list',
    keyOf: ({ kind, jobId }) => (kind.startsWith('job.') && kind !== 'job.removed' ? jobId : null),
    read: byId('jobs.list'),
    keyIn: idIn,
  },
  Execution: {
    operation: 'executions.list',
    keyOf: ({ kind, executionId }) => (onlyLog.has(kind) ? null : executionId),
    read: byId('executions.list'),
    keyIn: idIn,
  },
  ScheduleSlot: {
    operation: 'schedules.slots',
    keyOf: ({ kind, data }) => (kind === 'schedule.slot' ? `${String(data['scheduleId'])} ${String(data['slotAt'])}` : null),
    async read(keys, ask) {
      const found = await Promise.all(
        keys.map(async (key) => {
          const [id, slotAt] = key.split(' ');
          return ((await ask('schedules.slots', { id, filter: { slotAt: { eq: slotAt } }, limit: 1 })) as ListPage<Thing>).items;
        }),
      );
      return found.flat();
    },
    keyIn: (thing) => `${String(thing['scheduleId'])} ${String(thing['slotAt'])}`,
  },
  Worker: {
    operation: 'workers.list',
    keyOf: null,
    read: async (_keys, ask) => ((await ask('workers.list', { limit: mostListed })) as ListPage<Thing>).items,
    keyIn: idIn,
    face: ({ status, health, running }) => JSON.stringify([status, health, running]),
  },
};

/** The operation a kind of thing is read by; undefined for what cannot be watched. */
export function watchedBy(kind: string): string | undefined {
  return watchables[kind]?.operation;
}

/** Events come in bursts: what changes within this time is read together. */
const togetherMs = 20;
const lookEveryMs = 1_000;

export interface Watch {
  /** Things of a kind as they change, read as the caller. @param where what fields of them must be */
  things(kind: string, where: Readonly<Record<string, string>>, first: Thing | null, caller: Caller): AsyncIterableIterator<Thing>;
}

interface Subscriber {
  readonly where: Readonly<Record<string, string>>;
  readonly queue: ChangeQueue<Thing>;
}

/**
 * Reads what has changed once for all subscribers with the same rights, however many they are: a change costs the database one statement, and
 * nothing while nobody follows.
 * @param askAs calls operations for a caller
 */
export function createWatch(feed: EventFeed, askAs: (caller: Caller) => Ask, trouble: (error: unknown) => void): Watch {
  const rooms = new Map<string, ReturnType<typeof openRoom>>();

  function openRoom(name: string, watchable: Watchable, ask: Ask) {
    const subscribers = new Set<Subscriber>();
    const faces = new Map<string, string>();
    let changed = new Set<string>();
    let timer: NodeJS.Timeout | null = null;
    let isReading = false;

    const read = async () => {
      timer = null;
      isReading = true;
      const keys = [...changed];
      changed = new Set();
      try {
        for (let at = 0; at < Math.max(keys.length, 1); at += mostListed) {
          const things = await watchable.read(keys.slice(at, at + mostListed), ask);
          for (const thing of things) tell(thing);
          if (watchable.face) forget(things);
        }
      } catch (caught) {
        trouble(caught);
      }
      isReading = false;
      soon();
    };
    const soon = () => {
      if (timer !== null || isReading || subscribers.size === 0) return;
      if (watchable.face) timer = setTimeout(() => void read(), lookEveryMs);
      else if (changed.size > 0) timer = setTimeout(() => void read(), togetherMs);
    };
    const tell = (thing: Thing) => {
      const key = watchable.keyIn(thing);
      const face = watchable.face?.(thing);
      if (face !== undefined) {
        if (faces.get(key) === face) return;
        faces.set(key, face);
      }
      for (const { where, queue } of subscribers) if (fits(thing, where)) queue.push(key, thing);
    };
    const forget = (things: readonly Thing[]) => {
      const there = new Set(things.map(watchable.keyIn));
      for (const key of faces.keys()) if (!there.has(key)) faces.delete(key);
    };
    const stopListening = feed.subscribe((event) => {
      const key = watchable.keyOf?.(event) ?? null;
      if (key === null || ![...subscribers].some(({ where }) => mayConcern(event, key, where))) return;
      changed.add(key);
      soon();
    });
    return {
      add(subscriber: Subscriber) {
        subscribers.add(subscriber);
        soon();
      },
      remove(subscriber: Subscriber) {
        subscribers.delete(subscriber);
        if (subscribers.size > 0) return;
        stopListening();
        if (timer !== null) clearTimeout(timer);
        rooms.delete(name);
      },
    };
  }

  return {
    things(kind, where, first, caller) {
      const watchable = watchables[kind];
      if (watchable === undefined) throw new TypeError(`nobody can watch ${kind}`);
      const name = JSON.stringify([kind, caller.tenant, caller.kind, caller.permissions]);
      const room = rooms.get(name) ?? openRoom(name, watchable, askAs(caller));
      rooms.set(name, room);
      const queue = changeQueue<Thing>(() => room.remove(subscriber));
      const subscriber: Subscriber = { where, queue };
      room.add(subscriber);
      if (first !== null) queue.push(watchable.keyIn(first), first);
      return queue;
    },
  };
}

function fits(thing: Thing, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([field, wanted]) => String(thing[field]) === wanted);
}

/** Whether a thing need not even be read, because the event says it is another one's. */
function mayConcern(event: FeedEvent, key: string, { id, taskId, jobId }: Readonly<Record<string, string>>): boolean {
  return (
    (id === undefined || id === key) &&
    (taskId === undefined || event.taskId === null || event.taskId === taskId) &&
    (jobId === undefined || event.jobId === null || event.jobId === jobId)
  );
}
