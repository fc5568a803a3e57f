/**
 * A job is one document in the store, `jobs/{owner}/{id}.json`, changed only by conditional writes (repository.ts).
 * Its status changes only in the functions of transitions.ts, carried out by `repository.change`, which also notifies.
 */
import type { Bilingual } from '../../infra/errors.ts';
import type { OutboxEvent, Webhook } from '../webhooks/events.ts';

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired'] as const;
export type Status = (typeof STATUSES)[number];
export type Kind = 'animation' | 'region' | 'command';
export const SIDES = ['left', 'right', 'top', 'bottom', 'middle'] as const;
export const COLOURS = [
  'black', 'white', 'grey', 'brown', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink',
] as const; // biome-ignore format: one vocabulary, read as a list

/** Identical in GET, SSE and webhook. `seq` grows with every change, `percent` never falls. */
export interface Progress {
  stage: 'queued' | 'transcribe' | 'understand' | 'locate' | 'animate' | 'render' | 'store' | 'done';
  percent: number;
  /** Jobs that are ahead of this one; null unless it is queued. Not stored, but asked of the queue. */
  queuePosition: number | null;
  etaSeconds: number | null;
  seq: number;
}

/** What the caller asked for, after validation; points are fractions 0..1. */
export interface Request {
  command?: string;
  language?: 'en' | 'zh';
  clicks: { x: number; y: number; exclude?: boolean }[];
  /** From here on used for animations only; the previews carry the defaults. */
  magnitude: number;
  seed: number;
  seconds: number;
  fps: number;
  /** Long side of the result in pixels; a smaller photo is not enlarged. */
  size: number;
  format: 'mp4' | 'webm' | 'gif' | 'webp';
  loop: boolean;
  /** Also make a contact sheet. */
  sheet: boolean;
  animator: 'flow';
}

/** What a caller can send along. */
export const INPUTS = ['image', 'audio', 'mask'] as const;

/** @param name of a part of the request that made the job */
export const inputKey = (id: string, name: string) => `files/${id}.${name}`;

/** An object of the job in the store. */
export interface StoredFile {
  key: string;
  contentType: string;
  bytes: number;
}

export interface JobError {
  code: string;
  detail: Bilingual;
  retryable: boolean;
  /** What the models made of the input, e.g. the transcript. */
  seen?: Record<string, unknown>;
}

interface Understood {
  language: 'en' | 'zh';
  text: string;
  object?: { text: string; english?: string; label?: string; several?: boolean };
  which?: {
    side?: (typeof SIDES)[number];
    nth?: number;
    size?: 'large' | 'small';
    colour?: (typeof COLOURS)[number];
    near?: string;
  };
  action: string;
  direction?: string;
  strength: string;
  prompt: string;
  confidence: number;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What the stages found out, filled in as they finish. The shapes are models/types.ts's, seen from outside. */
export interface Findings {
  transcript?: { text: string; language: string; translation?: string; confidence: number };
  command?: Understood & { also?: Understood[] };
  /** Boxes are fractions of the picture. */
  region?: {
    label?: string;
    score: number;
    source: 'mask' | 'click' | 'words';
    box: Box;
    count?: number;
    alternatives: { label: string; score: number; box: Box }[];
    candidates?: {
      label: string;
      box: Box;
      score: number;
      words?: number;
      click?: number;
      alike?: number;
      coloured?: number;
      fit: number;
      reason: 'chosen' | 'not_under_click' | 'other_name' | 'fits_less';
    }[];
  };
  notes?: { code: string; detail: Bilingual }[];
  report?: Record<string, unknown>;
}

export interface Job extends Findings {
  id: string;
  kind: Kind;
  owner: string;
  status: Status;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** When the job and its files are purged. */
  expiresAt: string;
  request: Request;
  inputs: Partial<Record<(typeof INPUTS)[number], StoredFile>>;
  results: {
    video?: StoredFile & { width: number; height: number };
    mask?: StoredFile;
    poster?: StoredFile;
    sheet?: StoredFile;
  };
  progress: Progress;
  error?: JobError;
  /** How often a worker has begun it. */
  attempts: number;
  webhook?: Webhook;
  /** Events that have happened, but whose delivery may not have been set going yet (webhooks/outbox.ts). */
  outbox?: OutboxEvent[];
  /** Key of the record that makes a repeated request find this job (submit.ts). */
  idempotency?: string;
}
