import type { Queue } from '../../infra/queue/index.ts';
import { jobProblem, type Language } from '../problems/problem.ts';
import type { Webhook } from '../webhooks/events.ts';
import type { Job, Kind, Progress } from './job.ts';
import type { JobView } from './schema.ts';
import { isFinal } from './transitions.ts';

export const COLLECTIONS: Record<Kind, string> = {
  animation: '/v1/animations',
  region: '/v1/regions',
  command: '/v1/commands',
};

export const pathOf = (job: Pick<Job, 'kind' | 'id'>) => `${COLLECTIONS[job.kind]}/${job.id}`;

/** What the owner of a job sees of it: no owner, no keys of the store; texts in one language. */
export async function viewOf(job: Job, language: Language, queue: Queue): Promise<JobView> {
  return { ...snapshotOf(job, language), progress: await progressOf(job, queue) };
}

/** The same without asking for the place in the queue; that of a job which does not wait has none anyway. */
export function snapshotOf(job: Job, language: Language): JobView {
  return {
    id: job.id,
    kind: job.kind,
    status: job.status,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? null,
    finishedAt: job.finishedAt ?? null,
    expiresAt: job.expiresAt,
    progress: job.progress,
    request: requestOf(job),
    webhook: job.webhook && webhookOf(job.webhook),
    transcript: job.transcript,
    command: job.command,
    region: job.region,
    notes: (job.notes ?? []).map(({ code, detail }) => ({ code, detail: detail[language] })),
    report: job.report,
    error: job.error && jobProblem(job.error, language),
    links: linksOf(job),
  };
}

export async function progressOf(job: Job, queue: Queue): Promise<Progress> {
  const waits = job.status === 'queued';
  // A queue that is away takes nothing from what is known of the job.
  const ahead = waits ? await queue.ahead(new Date(job.createdAt)).catch(() => null) : null;
  return { ...job.progress, queuePosition: ahead };
}

function webhookOf({ url, events, disabledAt }: Webhook): JobView['webhook'] {
  return { url, events, disabledAt: disabledAt ?? null };
}

function requestOf({ kind, request }: Job): JobView['request'] {
  const { command, language, clicks } = request;
  return kind === 'animation' ? request : { command, language, clicks };
}

function linksOf(job: Job): JobView['links'] {
  const self = pathOf(job);
  const animation = job.kind === 'animation';
  return {
    self,
    ...(animation && { events: `${self}/events` }),
    ...(animation && !isFinal(job) && { cancel: `${self}/cancel` }),
    ...(job.webhook && { deliveries: `${self}/deliveries` }),
    ...(job.results.video && { video: `${self}/video` }),
    ...(job.results.mask && { mask: `${self}/mask` }),
    ...(job.results.poster && { poster: `${self}/poster` }),
    ...(job.results.sheet && { sheet: `${self}/sheet` }),
  };
}
