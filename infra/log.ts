/** The log: one JSON object a line on standard output, in which no secret stands, wherever it came from. */
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';

/** Fields that hold a secret, at the top of what is logged and up to two levels below. */
const SECRET_FIELDS = [
  'authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'webhook-signature', 'secret', 'secrets',
  'privateKey', 'privateKeys', 'password',
]; // biome-ignore format: one list

/** What gives a secret away in any text: in an error's message, a stack, an address. */
const SECRET_TEXTS: [RegExp, string][] = [
  [/\b(wgl|whsec|whsk)_[\w+/=-]+/g, '$1_[redacted]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  // Signatures and tokens travel in the query; name and password before the host.
  [/\b(https?:\/\/)[^\s"\\/?#@]*@/gi, '$1[redacted]@'],
  [/\b(https?:\/\/[^\s"\\?#]*)\?[^\s"\\]*/gi, '$1?[redacted]'],
];

/** @param destination instead of standard output */
export function createLogger(level: LevelWithSilent, destination?: DestinationStream): Logger {
  const fields = SECRET_FIELDS.map((name) => `["${name}"]`);
  const options = {
    level,
    redact: {
      paths: fields.flatMap((name) => [name, `*${name}`, `*.*${name}`]),
      censor: '[redacted]',
    },
    serializers: { err: briefError },
    mixin: activeSpan,
    hooks: { streamWrite: withoutSecrets },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Names as in OpenTelemetry's log records; nothing where nothing is traced. */
function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** An error's other fields may hold what somebody sent, as what was heard in a recording. */
function briefError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, code, message, stack };
}

function withoutSecrets(line: string): string {
  return SECRET_TEXTS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}
