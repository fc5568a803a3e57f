/**
 * The embedded queue: a folder with one file for each message, durable and shared by processes.
 *
 * The file's content is the body and never changes; its name is the state, `{id}.{visible from}.{receive count}`.
 * Taking a message is renaming its file: of several takers exactly one rename succeeds, and a taker that is killed
 * holds no lock; the time in the name brings its message back. Ids begin with the time of sending, so names in
 * order are messages in order.
 */
import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Bell, createBell } from '../bell.ts';
import { syncFolder, writeDurably } from '../sync.ts';
import { receiptExpired } from './errors.ts';
import type { Message, Queue } from './index.ts';
import { createOrder, type Order } from './order.ts';

/** How soon a message is seen that another process sent, or whose invisibility has run out. */
const POLL_MS = 100;
/** The queue is looked through at most this often for who is ahead; what this process does to it is known at once. */
const FRESH_MS = 1_000;
const ABANDONED_MS = 60_000;

/** One for each folder: wakes receivers in the same process at once. */
const bells = new Map<string, Bell>();

interface Entry {
  file: string;
  id: string;
  /** Milliseconds since 1970. */
  visibleFrom: number;
  receiveCount: number;
}

export interface LocalQueue extends Queue {
  /** Where messages go that were delivered `maxReceives` times in vain. */
  deadLetters: Queue;
}

/**
 * @param directory made if it is not there
 * @param maxReceives deliveries before a message moves to the dead letters
 */
export async function createLocalQueue(
  directory: string,
  { maxReceives }: { maxReceives: number },
): Promise<LocalQueue> {
  const dead = join(directory, 'dead');
  const deadLetters = await createFolderQueue(dead);
  const queue = await createFolderQueue(join(directory, 'messages'), { maxReceives, dead });
  return {
    ...queue,
    deadLetters,
    async close() {
      await Promise.all([queue.close(), deadLetters.close()]);
    },
  };
}

async function createFolderQueue(
  path: string,
  redrive?: { maxReceives: number; dead: string },
): Promise<Queue> {
  const folder = resolve(path);
  const writing = `${folder}.writing`;
  await mkdir(folder, { recursive: true });
  await mkdir(writing, { recursive: true });
  await removeAbandoned(writing);
  const closing = new AbortController();
  const bell = bells.get(folder) ?? createBell();
  bells.set(folder, bell);

  /** All messages, oldest first. */
  const entries = async () => (await readdir(folder)).sort().map(parseName);

  /** All messages, as others had left them at `at`, and this process has since. */
  let seen = { at: Number.NEGATIVE_INFINITY, order: Promise.resolve(createOrder()) };
  const look = async () => {
    const order = createOrder();
    for (const { file, visibleFrom } of await entries()) order.add(file, visibleFrom);
    return order;
  };

  const isFresh = () => performance.now() - seen.at < FRESH_MS;
  const note = (change: (order: Order) => unknown) => {
    if (isFresh()) seen.order.then(change, () => undefined);
  };

  /** Renames a message's file. @returns false where somebody else was faster */
  const become = async (entry: Entry, next: Omit<Entry, 'file'>, into = folder) => {
    const file = nameOf(next);
    const renamed = rename(join(folder, entry.file), join(into, file)).then(() => true);
    if (!(await unlessMissing(renamed))) return false;
    note((order) => {
      order.remove(entry.file);
      if (into === folder) order.add(file, next.visibleFrom);
    });
    return true;
  };

  const take = async (max: number, visibilitySeconds: number): Promise<Message[]> => {
    const messages: Message[] = [];
    for (const entry of await entries()) {
      if (messages.length === max) break;
      if (entry.visibleFrom > Date.now()) continue;
      if (redrive && entry.receiveCount >= redrive.maxReceives) {
        await become(entry, { id: entry.id, visibleFrom: 0, receiveCount: 0 }, redrive.dead);
        continue;
      }
      const { id } = entry;
      const receiveCount = entry.receiveCount + 1;
      const body = await unlessMissing(readFile(join(folder, entry.file), 'utf8'));
      if (
        body === undefined ||
        !(await become(entry, { id, visibleFrom: after(visibilitySeconds), receiveCount }))
      ) {
        continue; // somebody else was faster
      }
      messages.push({ id, body, receipt: `${id}.${receiveCount}`, receiveCount });
    }
    return messages;
  };

  /** The message as this delivery left it, or undefined once it was deleted, delivered again or given up. */
  const held = async (receipt: string) =>
    (await entries()).find(
      (entry) => entry.receiveCount > 0 && `${entry.id}.${entry.receiveCount}` === receipt,
    );

  return {
    async send(body, { delaySeconds = 0 } = {}) {
      const id = nextId();
      const draft = join(writing, id);
      await writeDurably(draft, (append) => append(Buffer.from(body)));
      const visibleFrom = after(delaySeconds);
      const name = nameOf({ id, visibleFrom, receiveCount: 0 });
      renameSync(draft, join(folder, name));
      note((order) => order.add(name, visibleFrom));
      await syncFolder(folder);
      bell.ring();
      return id;
    },

    async receive({ max, waitSeconds, visibilitySeconds, signal }) {
      const deadline = Date.now() + waitSeconds * 1000;
      const stops = [closing.signal, ...(signal ? [signal] : [])];
      while (!stops.some((stop) => stop.aborted)) {
        const { rings } = bell;
        const messages = await take(max, visibilitySeconds);
        const left = deadline - Date.now();
        if (messages.length > 0 || left <= 0) return messages;
        await bell.wait(rings, Math.min(POLL_MS, left), stops);
      }
      return [];
    },

    async extend(receipt, visibilitySeconds) {
      const entry = await held(receipt);
      if (!entry || !(await become(entry, { ...entry, visibleFrom: after(visibilitySeconds) }))) {
        throw receiptExpired();
      }
      if (visibilitySeconds === 0) bell.ring();
    },

    async delete(receipt) {
      const entry = await held(receipt);
      if (!entry) return;
      await rm(join(folder, entry.file), { force: true });
      note((order) => order.remove(entry.file));
    },

    async ahead(sent) {
      if (!isFresh()) seen = { at: performance.now(), order: look() };
      return (await seen.order).before(timeOfId(sent.getTime() * 1000), Date.now());
    },

    async close() {
      closing.abort();
    },
  };
}

const after = (seconds: number) => Date.now() + Math.round(seconds * 1000);

function nameOf({ id, visibleFrom, receiveCount }: Omit<Entry, 'file'>): string {
  return `${id}.${visibleFrom}.${receiveCount}`;
}

function parseName(file: string): Entry {
  const [id, visibleFrom, receiveCount] = file.split('.');
  return { file, id, visibleFrom: Number(visibleFrom), receiveCount: Number(receiveCount) };
}

let lastTime = 0;

/** Time in microseconds, never the same twice in one process, and random digits against other processes. */
function nextId(): string {
  lastTime = Math.max(lastTime + 1, Date.now() * 1000);
  return `${timeOfId(lastTime)}${randomBytes(8).toString('hex')}`;
}

/** Microseconds as the beginning of an id. */
const timeOfId = (microseconds: number) => microseconds.toString(36).padStart(11, '0');

/** What a killed sender has begun to write was never in the queue. */
async function removeAbandoned(writing: string): Promise<void> {
  for (const name of await readdir(writing)) {
    const draft = await unlessMissing(stat(join(writing, name)));
    if (draft && Date.now() - draft.mtimeMs > ABANDONED_MS) await rm(join(writing, name), { force: true });
  }
}

async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
