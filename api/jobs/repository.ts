/**
 * Jobs in the store. Keys:
 *
 *     jobs/{owner}/{id}.json      the job
 *     files/{id}/...              what was sent in: image, audio, mask
 *     results/{id}/...            what was made: video, mask.png, poster.jpg, sheet.jpg
 *     unsent/{owner}/{id}         the job has been accepted, but its message may not be in the queue yet
 */
import { EventEmitter } from 'node:events';
import type { Store } from '../../infra/store/index.ts';
import { Problem } from '../problems/problem.ts';
import { kindOf, PREFIXES, timeOf } from './ids.ts';
import type { Job, Kind } from './job.ts';
import { cancel, expire, isFinal } from './transitions.ts';

/** Tries before a conditional write is given up; each loss means that somebody else's write has succeeded. */
const MAX_TRIES = 50;
const PAGE = 1000;
/** No request takes this long to arrive: files this old without a job will never have one. */
const ORPHAN_MS = 60 * 60 * 1000;
const UPLOAD_MS = 24 * 60 * 60 * 1000;
const JSON_TYPE = { contentType: 'application/json' };

export interface Page {
  jobs: Job[];
  /** Passed as `cursor` gives the next page; absent on the last one. */
  next?: string;
}

export interface Repository {
  /** Writes a new job and marks it as unsent. */
  create(job: Job): Promise<void>;
  /** The job's message is in the queue. */
  markSent(job: Job): Promise<void>;
  get(owner: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(owner: string, kind: Kind, options: { cursor?: string; limit: number }): Promise<Page>;
  /**
   * Reads, changes, writes if nobody else has written since, and otherwise begins again; then tells the listeners.
   * The one way in which a job changes. Returns the job as it is now; `transition` may return the job as it is.
   * @throws Problem `not_found`, and whatever `transition` throws, as `job_final`
   */
  change(owner: string, id: string, transition: (job: Job, now: Date) => Job): Promise<Job>;
  /** Ends the job if it has not ended, and deletes everything that was kept of it. */
  remove(owner: string, id: string): Promise<void>;
  /** Deletes files and results, as a worker must that finishes a job which was removed meanwhile. */
  purgeFiles(id: string): Promise<void>;
  /** Calls `listener` after every change made by this process. @returns how to stop that */
  onChange(listener: (job: Job) => unknown): () => void;
  /** Jobs accepted at least `olderThanMs` ago whose message may have been lost on the way to the queue. */
  unsent(olderThanMs: number): Promise<Job[]>;
  /**
   * Deletes the files of jobs whose time is over, and those jobs when as much time has passed again; uploads after a
   * day; and files that a crash has left without a job. Reads every job: once an hour is often enough.
   */
  sweep(): Promise<void>;
}

export function createRepository({
  store,
  now = () => new Date(),
}: {
  store: Store;
  now?: () => Date;
}): Repository {
  const changes = new EventEmitter().setMaxListeners(0);

  const read = async (owner: string, id: string) => {
    const object = kindOf(id) && (await store.get(keyOf(owner, id)));
    return object && { job: JSON.parse(object.body.toString()) as Job, etag: object.etag };
  };

  const deleteAll = async (prefix: string) => {
    for (const key of await store.list(prefix, { limit: PAGE })) await store.delete(key);
  };

  const repository: Repository = {
    async create(job) {
      await store.put(unsentKey(job), Buffer.alloc(0), JSON_TYPE);
      await store.put(keyOf(job.owner, job.id), encode(job), { ...JSON_TYPE, ifNoneMatch: '*' });
      changes.emit('change', job);
    },

    async markSent(job) {
      await store.delete(unsentKey(job));
    },

    async get(owner, id) {
      const job = (await read(owner, id))?.job;
      if (!job || job.status === 'expired' || now().toISOString() < job.expiresAt) return job;
      await repository.purgeFiles(id);
      return repository.change(owner, id, expire);
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
      for (let attempt = 1; ; attempt += 1) {
        const found = await read(owner, id);
        if (!found) throw new Problem('not_found');
        const job = transition(found.job, now());
        if (job === found.job) return job;
        try {
          await store.put(keyOf(owner, id), encode(job), { ...JSON_TYPE, ifMatch: found.etag });
        } catch (error) {
          if ((error as { code?: string }).code !== 'precondition_failed' || attempt === MAX_TRIES)
            throw error;
          continue;
        }
        changes.emit('change', job);
        return job;
      }
    },

    async remove(owner, id) {
      // The worker must see the end before the files go.
      const job = await repository.change(owner, id, (found, at) =>
        isFinal(found) ? found : cancel(found, at),
      );
      await repository.purgeFiles(id);
      await store.delete(unsentKey(job));
      if (job.idempotency) await store.delete(job.idempotency);
      await store.delete(keyOf(owner, id));
      changes.emit('change', job);
    },

    async purgeFiles(id) {
      await deleteAll(`files/${id}/`);
      await deleteAll(`results/${id}/`);
    },

    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },

    async unsent(olderThanMs) {
      const jobs: Job[] = [];
      for (const key of await store.list('unsent/', { limit: PAGE })) {
        const [, owner, id] = key.split('/');
        if (timeOf(id) > now().getTime() - olderThanMs) continue;
        const job = (await read(owner, id))?.job;
        if (job?.status === 'queued') jobs.push(job);
        else await store.delete(key);
      }
      return jobs;
    },

    async sweep() {
      const time = now().getTime();
      const ids = new Set<string>();
      for await (const key of allKeys(store, 'jobs/')) {
        const id = idOf(key);
        const [, owner] = key.split('/');
        const job = await repository.get(owner, id);
        if (!job) continue;
        ids.add(id);
        const lifetime = Date.parse(job.expiresAt) - Date.parse(job.createdAt);
        if (time > Date.parse(job.expiresAt) + lifetime) await repository.remove(owner, id);
      }
      for (const prefix of ['files/', 'results/']) {
        for await (const key of allKeys(store, prefix)) {
          const [, id] = key.split('/');
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

const keyOf = (owner: string, id: string) => `jobs/${owner}/${id}.json`;
const unsentKey = (job: Job) => `unsent/${job.owner}/${job.id}`;
const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
const encode = (job: Job) => Buffer.from(JSON.stringify(job));
