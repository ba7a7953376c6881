import { isoTime, stream, Timestamp, type EventFeed, type FeedEvent, type StreamEvent } from '#kernel/index.ts';
import { z } from 'zod';
import { eventQueue } from './event-queue.ts';

export interface EventServices {
  readonly feed: EventFeed;
}

const commaList = z
  .union([z.string(), z.array(z.string())])
  .transform((said) => (typeof said === 'string' ? said.split(',') : said).map((word) => word.trim()).filter(Boolean));

/** Something that happened on the server. */
export const ServerEvent = z
  .object({
    at: Timestamp,
    taskId: z.string().nullable(),
    jobId: z.string().nullable(),
    executionId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ServerEvent' });

export const followEvents = stream({
  name: 'events.follow',
  summary: 'Follow what happens on the server',
  details:
    'Jobs queued, started and ended, log lines and progress of executions, pauses. A caller who comes back names the last event it has seen and gets what it missed; ' +
    'where that is no longer remembered the first event is `missed`, and the lists tell what has become of things. A reader that falls too far behind gets `missed` too, with how many.',
  input: z.object({
    kind: commaList.optional().describe('Only these kinds, such as job.failed; job matches every kind of job event'),
    task: z.string().optional().describe('Only of the task with this number'),
    job: z.string().optional().describe('Only of the job with this number'),
  }),
  data: ServerEvent,
  errors: [],
  permission: 'event:read',
  on: {
    rest: 'GET /events',
    graphql: 'events',
    without: { cli: 'A terminal follows one thing: `ratchet execution logs --follow`, `ratchet job enqueue --wait`.' },
  },
  async *open({ feed }: EventServices, { kind, task, job }, after, { signal, now }) {
    const isWanted = (event: FeedEvent) =>
      (kind === undefined || kind.some((word) => event.kind === word || event.kind.startsWith(`${word}.`))) &&
      (task === undefined || event.taskId === task) &&
      (job === undefined || event.jobId === job);
    // Subscribed before the past is read: nothing can fall between.
    const queue = eventQueue(feed, isWanted, signal);
    try {
      const missed = after === null ? [] : feed.since(after);
      if (missed === null) yield { id: null, kind: 'missed', data: nothingKnown(now) };
      for (const event of missed ?? []) if (isWanted(event)) yield shown(event);
      for await (const event of queue) {
        const count = queue.missed();
        if (count > 0) yield { id: null, kind: 'missed', data: { ...nothingKnown(event.at), details: { count } } };
        yield shown(event);
      }
    } finally {
      queue.close();
    }
  },
});

function shown({ id, kind, at, taskId, jobId, executionId, data }: FeedEvent): StreamEvent<z.input<typeof ServerEvent>> {
  return { id, kind, data: { at: isoTime(at), taskId, jobId, executionId, details: { ...data } } };
}

function nothingKnown(now: number): z.input<typeof ServerEvent> {
  return { at: isoTime(now), taskId: null, jobId: null, executionId: null, details: {} };
}

export const eventStreams = [followEvents] as const;
