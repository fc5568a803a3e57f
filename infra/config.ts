/** The only reader of the environment: read once at the start, validated, frozen, and handed on as an argument. */
import { resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { WaggleError } from './errors.ts';
import { type ApiKey, OWNER_PATTERN } from './keys.ts';
import type { TelemetryConfig } from './telemetry/start.ts';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Every variable with its default. Sizes are in bytes unless the name says otherwise. */
const Environment = Type.Object({
  WAGGLE_HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  WAGGLE_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535 }),
  /** Where jobs, uploads and results lie: below WAGGLE_DATA, or in WAGGLE_BUCKET. */
  WAGGLE_STORE: Type.Enum(['filesystem', 's3'], { default: 'filesystem' }),
  /** What carries jobs to the workers, and webhooks to who posts them: folders below WAGGLE_DATA, or queues by URL. */
  WAGGLE_QUEUE: Type.Enum(['local', 'sqs'], { default: 'local' }),
  WAGGLE_BUCKET: Type.String({ default: '' }),
  WAGGLE_QUEUE_URL: Type.String({ default: '' }),
  WAGGLE_WEBHOOK_QUEUE_URL: Type.String({ default: '' }),
  /** Where messages go that were given up, for a worker to end their jobs; empty where a function does that. */
  WAGGLE_DEAD_LETTER_URL: Type.String({ default: '' }),
  /** The same for webhooks; empty where functions post them. */
  WAGGLE_WEBHOOK_DEAD_LETTER_URL: Type.String({ default: '' }),
  /** Region of bucket and queue. Credentials are found by the AWS SDK, as everywhere. */
  WAGGLE_REGION: Type.String({ default: '' }),
  /** Another S3 server than AWS's. SQS needs no such setting: the queue's URL says it. */
  WAGGLE_S3_ENDPOINT: Type.String({ default: '' }),
  /** The embedded adapters' folder. */
  WAGGLE_DATA: Type.String({ default: './data', minLength: 1 }),
  /** Model weights. */
  WAGGLE_CACHE: Type.String({ default: './.cache', minLength: 1 }),
  /** What listens: a name of models/weights.json, or the path (with a slash) of a folder that holds such a model. */
  WAGGLE_SPEECH: Type.String({
    default: 'whisper-base',
    pattern: '^(whisper-base|whisper-small|wav2vec2-base-960h|.*[/\\\\].*)$',
  }),
  /** Comma list of `owner:sha256hex`; empty: open to this machine only. */
  WAGGLE_API_KEYS: Type.String({ default: '' }),
  WAGGLE_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
  }),
  /** Base address of an OpenTelemetry collector that takes OTLP over HTTP, for traces: `http://127.0.0.1:4318`. */
  WAGGLE_OTLP: Type.String({ default: '' }),
  /** Where /metrics listens for Prometheus: a port of the loopback address, or `host:port`. */
  WAGGLE_METRICS: Type.String({ default: '' }),
  /** How long a job and its files are kept. */
  WAGGLE_RESULT_DAYS: Type.Number({ default: 7, exclusiveMinimum: 0, maximum: 365 }),
  /** Whether the service also works on its jobs; false where workers run as processes of their own. */
  WAGGLE_WORKER: Type.Boolean({ default: true }),
  /** Deliveries of a job to a worker before it counts as lost. */
  WAGGLE_MAX_RECEIVES: Type.Integer({ default: 3, minimum: 1, maximum: 100 }),
  /** How long a job stays with a worker that has gone silent before another one may begin it again. */
  WAGGLE_LEASE_SECONDS: Type.Number({ default: 15, minimum: 1, maximum: 3600 }),
  /** Path of a system ffmpeg with libvpx; only with it can webm be asked for. */
  WAGGLE_FFMPEG: Type.String({ default: '' }),
  /** Run the networks on an NVIDIA GPU; infra/worker.Dockerfile says what that needs. */
  WAGGLE_CUDA: Type.Boolean({ default: false }),
  /** A file that the worker touches while it polls and works, for the health check of its container. */
  WAGGLE_HEARTBEAT_FILE: Type.String({ default: '' }),
  /** owlvit: beside the built-in detector of eighty things, OWL-ViT looks for whatever the words name. */
  WAGGLE_DETECTOR: Type.Enum(['centernet', 'owlvit'], { default: 'centernet' }),
  /** sam: a Segment Anything model cuts things out instead of our own network. */
  WAGGLE_MASKS: Type.Enum(['waggle', 'sam'], { default: 'waggle' }),
  /** clip: CLIP compares what was seen with the words where the names leave it open. */
  WAGGLE_ALIGNER: Type.Enum(['none', 'clip'], { default: 'none' }),
  /** The models of these three: names on the Hugging Face hub or folders; kept in WAGGLE_CACHE/hub. */
  WAGGLE_OWLVIT_MODEL: Type.String({ default: 'Xenova/owlvit-base-patch32' }),
  WAGGLE_SAM_MODEL: Type.String({ default: 'Xenova/slimsam-77-uniform' }),
  WAGGLE_CLIP_MODEL: Type.String({ default: 'Xenova/clip-vit-base-patch32' }),
  WAGGLE_MAX_IMAGE_MB: Type.Number({ default: 20, exclusiveMinimum: 0, maximum: 100 }),
  WAGGLE_MAX_IMAGE_MP: Type.Number({ default: 40, exclusiveMinimum: 0, maximum: 200 }),
  WAGGLE_MAX_AUDIO_MB: Type.Number({ default: 20, exclusiveMinimum: 0, maximum: 100 }),
  /** For development: callbacks and picture addresses may lead to this machine itself, also by http. */
  WAGGLE_ALLOW_LOOPBACK: Type.Boolean({ default: false }),
  /** Requests a minute of each owner, and of each address without a valid key. */
  WAGGLE_RATE_LIMIT: Type.Integer({ default: 600, minimum: 1 }),
  /** Streams of events that an owner may have open at once. */
  WAGGLE_MAX_STREAMS: Type.Integer({ default: 100, minimum: 1 }),
  /** Seconds that a request may take to arrive. */
  WAGGLE_UPLOAD_SECONDS: Type.Integer({ default: 120, minimum: 1, maximum: 3600 }),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly store: { kind: 'filesystem' } | ({ kind: 's3' } & S3Config);
  readonly queue: { kind: 'local' } | ({ kind: 'sqs' } & SqsConfig);
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly speech: string;
  readonly apiKeys: readonly ApiKey[];
  readonly logLevel: Static<typeof Environment>['WAGGLE_LOG_LEVEL'];
  readonly telemetry: TelemetryConfig;
  readonly resultDays: number;
  readonly worker: boolean;
  readonly maxReceives: number;
  readonly leaseSeconds: number;
  /** Absent: no webm. */
  readonly ffmpeg?: string;
  readonly cuda: boolean;
  readonly heartbeatFile?: string;
  readonly allowLoopback: boolean;
  /** Models of the hub that help to find things; absent: not used. */
  readonly openVocabulary: { readonly owlvit?: string; readonly sam?: string; readonly clip?: string };
  readonly limits: Limits;
}

export interface S3Config {
  readonly bucket: string;
  readonly region: string;
  /** Absent: AWS. */
  readonly endpoint?: string;
}

export interface SqsConfig {
  readonly region: string;
  readonly jobs: QueueUrls;
  readonly webhooks: QueueUrls;
}

interface QueueUrls {
  readonly url: string;
  /** Absent: functions see to what was given up, and post webhooks. */
  readonly deadLetterUrl?: string;
}

export interface Limits {
  readonly imageBytes: number;
  readonly imagePixels: number;
  readonly audioBytes: number;
  readonly requestsPerMinute: number;
  readonly streams: number;
  readonly uploadSeconds: number;
}

/**
 * @param env usually process.env; variables that do not begin with WAGGLE_ are not looked at
 * @throws WaggleError `config_invalid`, naming the variable, also for a WAGGLE_ variable that does not exist
 */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => name.startsWith('WAGGLE_') && value !== undefined && value !== '',
    ),
  );
  for (const name of Object.keys(given)) {
    if (!(name in Environment.properties)) throw invalid(name, 'there is no such setting', '没有这个设置');
  }
  const values = Value.Convert(Environment, Value.Default(Environment, given));
  const [error] = Value.Errors(Environment, values);
  if (error) throw invalid(error.instancePath.slice(1), error.message, '值无效');
  const read = values as Static<typeof Environment>;

  if (read.WAGGLE_STORE !== 's3' && read.WAGGLE_QUEUE !== 'sqs') {
    refuse(read, ['WAGGLE_REGION'], 'WAGGLE_STORE', 's3');
  }
  for (const name of URLS) {
    if (read[name] !== '' && !URL.canParse(read[name])) throw invalid(name, 'is not a URL', '不是网址');
  }
  const apiKeys = parseKeys(read.WAGGLE_API_KEYS);
  if (apiKeys.length === 0 && !LOOPBACK.includes(read.WAGGLE_HOST)) {
    throw invalid(
      'WAGGLE_HOST',
      `${read.WAGGLE_HOST} can be reached from other machines, so WAGGLE_API_KEYS must name at least one key`,
      `其他机器可以访问 ${read.WAGGLE_HOST}，因此必须在 WAGGLE_API_KEYS 中至少设置一个密钥`,
    );
  }
  const megabyte = 1024 * 1024;
  return Object.freeze({
    host: read.WAGGLE_HOST,
    port: read.WAGGLE_PORT,
    store: Object.freeze(storeOf(read)),
    queue: Object.freeze(queueOf(read)),
    dataDir: resolve(read.WAGGLE_DATA),
    cacheDir: resolve(read.WAGGLE_CACHE),
    speech: read.WAGGLE_SPEECH,
    apiKeys: Object.freeze(apiKeys),
    logLevel: read.WAGGLE_LOG_LEVEL,
    telemetry: Object.freeze({
      otlp: parseCollector(read.WAGGLE_OTLP),
      metrics: parseMetrics(read.WAGGLE_METRICS),
    }),
    resultDays: read.WAGGLE_RESULT_DAYS,
    worker: read.WAGGLE_WORKER,
    maxReceives: read.WAGGLE_MAX_RECEIVES,
    leaseSeconds: read.WAGGLE_LEASE_SECONDS,
    ffmpeg: read.WAGGLE_FFMPEG || undefined,
    cuda: read.WAGGLE_CUDA,
    heartbeatFile: read.WAGGLE_HEARTBEAT_FILE || undefined,
    allowLoopback: read.WAGGLE_ALLOW_LOOPBACK,
    openVocabulary: Object.freeze({
      ...(read.WAGGLE_DETECTOR === 'owlvit' && { owlvit: read.WAGGLE_OWLVIT_MODEL }),
      ...(read.WAGGLE_MASKS === 'sam' && { sam: read.WAGGLE_SAM_MODEL }),
      ...(read.WAGGLE_ALIGNER === 'clip' && { clip: read.WAGGLE_CLIP_MODEL }),
    }),
    limits: Object.freeze({
      imageBytes: Math.round(read.WAGGLE_MAX_IMAGE_MB * megabyte),
      imagePixels: Math.round(read.WAGGLE_MAX_IMAGE_MP * 1_000_000),
      audioBytes: Math.round(read.WAGGLE_MAX_AUDIO_MB * megabyte),
      requestsPerMinute: read.WAGGLE_RATE_LIMIT,
      streams: read.WAGGLE_MAX_STREAMS,
      uploadSeconds: read.WAGGLE_UPLOAD_SECONDS,
    }),
  });
}

function storeOf(read: Static<typeof Environment>): Config['store'] {
  if (read.WAGGLE_STORE === 'filesystem') {
    refuse(read, ['WAGGLE_BUCKET', 'WAGGLE_S3_ENDPOINT'], 'WAGGLE_STORE', 's3');
    return { kind: 'filesystem' };
  }
  need(read, ['WAGGLE_BUCKET', 'WAGGLE_REGION'], 'WAGGLE_STORE', 's3');
  const { WAGGLE_BUCKET: bucket, WAGGLE_REGION: region, WAGGLE_S3_ENDPOINT: endpoint } = read;
  return { kind: 's3', bucket, region, endpoint: endpoint || undefined };
}

function queueOf(read: Static<typeof Environment>): Config['queue'] {
  if (read.WAGGLE_QUEUE === 'local') {
    refuse(read, [...QUEUES, ...DEAD_LETTERS], 'WAGGLE_QUEUE', 'sqs');
    return { kind: 'local' };
  }
  need(read, [...QUEUES, 'WAGGLE_REGION'], 'WAGGLE_QUEUE', 'sqs');
  const [jobs, webhooks] = QUEUES.map((name, at) =>
    Object.freeze({ url: read[name], deadLetterUrl: read[DEAD_LETTERS[at]] || undefined }),
  );
  return { kind: 'sqs', region: read.WAGGLE_REGION, jobs, webhooks };
}

const QUEUES = ['WAGGLE_QUEUE_URL', 'WAGGLE_WEBHOOK_QUEUE_URL'] as const;
const DEAD_LETTERS = ['WAGGLE_DEAD_LETTER_URL', 'WAGGLE_WEBHOOK_DEAD_LETTER_URL'] as const;
const URLS = [...QUEUES, ...DEAD_LETTERS, 'WAGGLE_S3_ENDPOINT'] as const;

type Name = keyof Static<typeof Environment>;

function need(read: Static<typeof Environment>, names: Name[], chooser: Name, choice: string): void {
  const missing = names.find((name) => read[name] === '');
  if (missing)
    throw invalid(missing, `is needed with ${chooser}=${choice}`, `使用 ${chooser}=${choice} 时必须设置`);
}

/** A setting that would be without effect was meant to have one. */
function refuse(read: Static<typeof Environment>, names: Name[], chooser: Name, choice: string): void {
  const idle = names.find((name) => read[name] !== '');
  if (idle)
    throw invalid(idle, `has an effect only with ${chooser}=${choice}`, `仅在 ${chooser}=${choice} 时有效`);
}

function parseKeys(list: string): ApiKey[] {
  const entries = list.split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry, at) => {
    const [owner = '', hash = ''] = entry.split(':');
    if (!OWNER_PATTERN.test(owner) || !/^[0-9a-f]{64}$/.test(hash)) {
      // The entry itself is not repeated: somebody may have put a key where its hash belongs.
      throw invalid(
        'WAGGLE_API_KEYS',
        `entry ${at + 1} is not owner:sha256hex (owner in a-z 0-9 _ -, then 64 hex digits)`,
        `第 ${at + 1} 项不是 owner:sha256hex 的形式`,
      );
    }
    return { owner, hash };
  });
}

function parseCollector(address: string): TelemetryConfig['otlp'] {
  if (address === '') return undefined;
  const { protocol } = URL.canParse(address) ? new URL(address) : { protocol: '' };
  if (protocol === 'http:' || protocol === 'https:') return address;
  throw invalid('WAGGLE_OTLP', 'is not an http or https address', '不是 http 或 https 网址');
}

function parseMetrics(address: string): TelemetryConfig['metrics'] {
  if (address === '') return undefined;
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  const at = `http://${host}:${port}`;
  if (port === undefined || !URL.canParse(at) || new URL(at).pathname !== '/')
    throw invalid('WAGGLE_METRICS', 'is not a port or host:port', '不是端口或 主机:端口');
  return Object.freeze({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) });
}

function invalid(name: string, en: string, zh: string): WaggleError {
  return new WaggleError('config_invalid', { en: `${name}: ${en}.`, zh: `${name}：${zh}。` });
}
