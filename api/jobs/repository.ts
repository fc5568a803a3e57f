/**
 * Jobs in the store. Keys:
 *
 *     jobs/{owner}/{id}.json      the job, or that there will be none (`awaited`)
 *     files/{id}.{name}           what was sent in: image, audio, mask
 *     results/{id}/...            what was made: video, mask.png, poster.jpg, sheet.jpg
 *     unnotified/{owner}/{id}     the job may still have events for its webhook
 *     deliveries/{id}/...         events on their way to the webhook, and how that went (webhooks/delivery.ts)
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '../../infra/queue/index.ts';
import { changeDocument, createDocument, readDocument } from '../../infra/store/document.ts';
import type { PutOptions, Store } from '../../infra/store/index.ts';
import { Problem } from '../problems/problem.ts';
import { deliveriesOf } from '../webhooks/delivery.ts';
import { sendEvents } from '../webhooks/outbox.ts';
import { kindOf, PREFIXES, timeOf } from './ids.ts';
import { INPUTS, inputKey, type Job, type Kind } from './job.ts';
import { countAccepted, countChange } from './metrics.ts';
import { cancel, expire, isFinal } from './transitions.ts';

const PAGE = 1000;
/** No request takes this long to arrive: files this old without a job will never have one. */
const ORPHAN_MS = 60 * 60 * 1000;
const UPLOAD_MS = 24 * 60 * 60 * 1000;
/** How long a change waits for its events to be sent. */
const PATIENCE_MS = 2000;
/** How long a message waits for its job: together more than a second. */
const PAUSES_MS = [10, 20, 40, 80, 160, 320, 640];
const MARK = { contentType: 'application/json' };

/** In the place of a job, for an hour: there will be none. Who is slow to write it then cannot, and its caller asks again. */
const NEVER = { never: true };

export interface Page {
  jobs: Job[];
  /** Passed as `cursor` gives the next page; absent on the last one. */
  next?: string;
}

export interface Repository {
  /**
   * Writes a new job, `after` its message was sent.
   * @throws Problem `unavailable` where that took so long that whoever has the message waits no more
   */
  create(job: Job, options?: Pick<PutOptions, 'after'>): Promise<void>;
  get(owner: string, id: string): Promise<Job | undefined>;
  /**
   * The job of a message, which is sent before its job is written: it is waited for a second.
   * @returns undefined where there is none, and now there never will be
   */
  awaited(owner: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(owner: string, kind: Kind, options: { cursor?: string; limit: number }): Promise<Page>;
  /**
   * Reads, changes, writes if nobody else has written since, and otherwise begins again; then tells the listeners and
   * sends the events that came of it. The one way in which a job changes. Returns the job as it is now; `transition`
   * may return the job as it is.
   * @throws Problem `not_found`, and whatever `transition` throws, as `job_final`
   */
  change(owner: string, id: string, transition: (job: Job, now: Date) => Job): Promise<Job>;
  /** Ends the job if it has not ended, and deletes everything that was kept of it; of one that waits, its id stays for an hour. */
  remove(owner: string, id: string): Promise<void>;
  /** Deletes files and results, as a worker must that finishes a job which was removed meanwhile. */
  purgeFiles(id: string): Promise<void>;
  /** Calls `listener` after every change made by this process. @returns how to stop that */
  onChange(listener: (job: Job) => unknown): () => void;
  /** Sends events at least this old that a crash, or a queue that was down, has kept from being sent. */
  sendLostEvents(olderThanMs: number): Promise<void>;
  /**
   * Deletes the files of jobs whose time is over, and those jobs when as much time has passed again; uploads after a
   * day; and files that a crash has left without a job. Reads every job: once an hour is often enough.
   */
  sweep(): Promise<void>;
}

export function createRepository({
  store,
  webhooks,
  now = () => new Date(),
}: {
  store: Store;
  /** The queue of deliveries. */
  webhooks: Queue;
  now?: () => Date;
}): Repository {
  const changes = new EventEmitter().setMaxListeners(0);

  const look = async (owner: string, id: string) =>
    kindOf(id) && (await readDocument<Job | typeof NEVER>(store, keyOf(owner, id)));

  const read = async (owner: string, id: string) => {
    const found = await look(owner, id);
    return found && isJob(found) ? found : undefined;
  };

  /** @returns the job, which expires where its time is over */
  const unlessExpired = async (job: Job): Promise<Job> => {
    if (job.status === 'expired' || now().toISOString() < job.expiresAt) return job;
    await repository.purgeFiles(job.id);
    return repository.change(job.owner, job.id, expire);
  };

  const deleteAll = async (prefix: string) => {
    for (const key of await store.list(prefix, { limit: PAGE })) await store.delete(key);
  };

  const notify = async (job: Job): Promise<Job> => {
    const takeOut = await sendEvents({ store, webhooks }, job);
    const left = await repository.change(job.owner, job.id, takeOut);
    if (isFinal(left) && !left.outbox) await store.delete(unnotifiedKey(left));
    return left;
  };

  const repository: Repository = {
    async create(job, { after } = {}) {
      if (job.webhook) await store.put(unnotifiedKey(job), Buffer.alloc(0), { ...MARK, after });
      const created = await createDocument(store, keyOf(job.owner, job.id), job, { after });
      if (!created) throw new Problem('unavailable');
      countAccepted(job);
      changes.emit('change', job);
    },

    async get(owner, id) {
      const job = await read(owner, id);
      return job && unlessExpired(job);
    },

    async awaited(owner, id) {
      if (!kindOf(id)) return undefined;
      for (const pause of PAUSES_MS) {
        const found = await look(owner, id);
        if (found) return isJob(found) ? unlessExpired(found) : undefined;
        await sleep(pause);
      }
      const never = await createDocument(store, keyOf(owner, id), NEVER);
      return never ? undefined : repository.get(owner, id);
    },

    async list(owner, kind, { cursor, limit }) {
      const keys = await store.list(`jobs/${owner}/${PREFIXES[kind]}_`, {
        after: cursor && keyOf(owner, cursor),
        limit: limit + 1,
      });
      const ids = keys.slice(0, limit).map(idOf);
      const jobs = await Promise.all(ids.map((id) => repository.get(owner, id)));
      return {
        jobs: jobs.filter((job) => job !== undefined),
        next: keys.length > limit ? ids.at(-1) : undefined,
      };
    },

    async change(owner, id, transition) {
      let before: Job | undefined;
      const job = await changeDocument<Job>(store, keyOf(owner, id), (found) => {
        if (!isJob(found)) throw new Problem('not_found');
        before = found;
        return transition(found, now());
      });
      if (!job) throw new Problem('not_found');
      if (job === before) return job;
      countChange(before!, job);
      changes.emit('change', job);
      if ((job.outbox?.length ?? 0) <= (before?.outbox?.length ?? 0)) return job;
      // The change stands, and its maker goes on, whether or not its events can be sent now; if not, sendLostEvents does.
      const patience = new AbortController();
      return Promise.race([notify(job), sleep(PATIENCE_MS, job, patience)])
        .catch(() => job)
        .finally(() => patience.abort());
    },

    async remove(owner, id) {
      // The worker must see the end before the files go.
      const job = await repository.change(owner, id, (found, at) =>
        // Who deletes a job does not want to hear of it any more.
        isFinal(found) ? found : cancel({ ...found, webhook: undefined }, at),
      );
      await repository.purgeFiles(id);
      await deleteAll(deliveriesOf(id));
      await store.delete(unnotifiedKey(job));
      if (job.idempotency) await store.delete(job.idempotency);
      // Where nobody has begun it, its message is still on its way, and whoever gets that shall not wait for the job.
      if (job.startedAt) await store.delete(keyOf(owner, id));
      else await store.put(keyOf(owner, id), Buffer.from(JSON.stringify(NEVER)), MARK);
      changes.emit('change', job);
    },

    async purgeFiles(id) {
      await Promise.all(INPUTS.map((name) => store.delete(inputKey(id, name))));
      await deleteAll(`results/${id}/`);
    },

    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },

    async sendLostEvents(olderThanMs) {
      const time = now().getTime();
      const latest = new Date(time - olderThanMs).toISOString();
      for await (const key of allKeys(store, 'unnotified/')) {
        const [, owner, id] = key.split('/');
        const job = await read(owner, id);
        if (job?.outbox?.some(({ at }) => at <= latest)) await notify(job);
        // The mark comes before the job, and goes after its last event.
        const done = job ? isFinal(job) && !job.outbox : timeOf(id) < time - ORPHAN_MS;
        if (done) await store.delete(key);
      }
    },

    async sweep() {
      const time = now().getTime();
      const ids = new Set<string>();
      for await (const key of allKeys(store, 'jobs/')) {
        const id = idOf(key);
        const [, owner] = key.split('/');
        const job = await repository.get(owner, id);
        if (!job) {
          if (timeOf(id) < time - ORPHAN_MS) await store.delete(key);
          continue;
        }
        ids.add(id);
        const lifetime = Date.parse(job.expiresAt) - Date.parse(job.createdAt);
        if (time > Date.parse(job.expiresAt) + lifetime) await repository.remove(owner, id);
      }
      for (const prefix of ['files/', 'results/', 'deliveries/']) {
        for await (const key of allKeys(store, prefix)) {
          const [, id] = key.split(/[/.]/);
          if (!ids.has(id) && timeOf(id) < time - ORPHAN_MS) await store.delete(key);
        }
      }
      for await (const key of allKeys(store, 'uploads/')) {
        if (timeOf(idOf(key)) < time - UPLOAD_MS) await store.delete(key);
      }
    },
  };
  return repository;
}

async function* allKeys(store: Store, prefix: string): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const keys = await store.list(prefix, { after, limit: PAGE });
    yield* keys;
    if (keys.length < PAGE) return;
    after = keys.at(-1);
  }
}

const isJob = (found: Job | typeof NEVER): found is Job => !('never' in found);
const keyOf = (owner: string, id: string) => `jobs/${owner}/${id}.json`;
const unnotifiedKey = (job: Job) => `unnotified/${job.owner}/${job.id}`;
const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
