/** The only reader of the environment: read once at the start, validated, frozen, and handed on as an argument. */
import { resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { WaggleError } from './errors.ts';
import { type ApiKey, OWNER_PATTERN } from './keys.ts';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Every variable with its default. Sizes are in bytes unless the name says otherwise. */
const Environment = Type.Object({
  WAGGLE_HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  WAGGLE_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535 }),
  /** Jobs, uploads, results and the queue. */
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
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly speech: string;
  readonly apiKeys: readonly ApiKey[];
  readonly logLevel: Static<typeof Environment>['WAGGLE_LOG_LEVEL'];
  readonly resultDays: number;
  readonly worker: boolean;
  readonly maxReceives: number;
  readonly leaseSeconds: number;
  /** Absent: no webm. */
  readonly ffmpeg?: string;
  readonly allowLoopback: boolean;
  /** Models of the hub that help to find things; absent: not used. */
  readonly openVocabulary: { readonly owlvit?: string; readonly sam?: string; readonly clip?: string };
  readonly limits: Limits;
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
    dataDir: resolve(read.WAGGLE_DATA),
    cacheDir: resolve(read.WAGGLE_CACHE),
    speech: read.WAGGLE_SPEECH,
    apiKeys: Object.freeze(apiKeys),
    logLevel: read.WAGGLE_LOG_LEVEL,
    resultDays: read.WAGGLE_RESULT_DAYS,
    worker: read.WAGGLE_WORKER,
    maxReceives: read.WAGGLE_MAX_RECEIVES,
    leaseSeconds: read.WAGGLE_LEASE_SECONDS,
    ffmpeg: read.WAGGLE_FFMPEG || undefined,
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

function invalid(name: string, en: string, zh: string): WaggleError {
  return new WaggleError('config_invalid', { en: `${name}: ${en}.`, zh: `${name}：${zh}。` });
}
