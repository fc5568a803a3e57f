/**
 * The store in an S3 bucket. Objects are private; callers reach them by signed links.
 *
 * Conditional writes are S3's own: If-Match and If-None-Match of PutObject and CompleteMultipartUpload.
 */
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attemptsOf, CACHED, isNamed, outage, statusOf, unreachable } from '../aws.ts';
import type { S3Config } from '../config.ts';
import type { PutOptions, Store } from './index.ts';
import { checkKey, checkPrefix, preconditionFailed } from './keys.ts';

/** S3 is silent for this long only when it is out of reach; then a request is tried again. */
const TIMEOUTS = { connectionTimeout: 3_000, socketTimeout: 20_000 };
const PAGE = 1000;

export function createS3Store({ bucket, region, endpoint }: S3Config): Store {
  const client = new S3Client({
    region,
    endpoint,
    // Other servers than AWS's seldom have a host name for each bucket.
    forcePathStyle: endpoint !== undefined,
    requestHandler: TIMEOUTS,
    ...CACHED,
  });
  const object = (key: string) => {
    checkKey(key);
    return { Bucket: bucket, Key: key };
  };

  const fetch = async (key: string, range?: { start: number; end: number }) => {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const command = new GetObjectCommand({ ...object(key), Range });
    try {
      return (await client.send(command)) as Fetched;
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined;
      throw outage(error, 'store');
    }
  };

  /** Sends the body as it is, or a stream in parts of 5 MB of which one at a time is in memory. */
  const send = async (key: string, body: Uint8Array | Readable, options: PutOptions) => {
    const { contentType: ContentType, ifMatch: IfMatch, ifNoneMatch: IfNoneMatch } = options;
    const params = { ...object(key), Body: body, ContentType, IfMatch, IfNoneMatch };
    const sent =
      body instanceof Readable
        ? new Upload({ client, params, queueSize: 1 }).done()
        : client.send(new PutObjectCommand(params));
    return (await sent).ETag!;
  };

  const get: Store['get'] = async (key) => {
    const found = await fetch(key);
    if (!found) return undefined;
    const bytes = await found.Body.transformToByteArray().catch((error) => {
      throw unreachable('store', error);
    });
    return { body: Buffer.from(bytes), etag: found.ETag, contentType: found.ContentType };
  };

  /**
   * The SDK repeats a request whose answer was lost, and then its own first write breaks the condition of the second.
   * @returns the ETag of what lies there if that is what was to be written
   */
  const ownEarlierWrite = async (key: string, body: Uint8Array) => {
    const found = await get(key);
    return found?.body.equals(body) ? found.etag : undefined;
  };

  return {
    get,

    async open(key, range) {
      const found = await fetch(key, range);
      if (!found) return undefined;
      const size = Number(found.ContentRange?.split('/')[1] ?? found.ContentLength);
      return { stream: found.Body, size, etag: found.ETag, contentType: found.ContentType };
    },

    async put(key, body, options) {
      await options.after;
      try {
        return await send(key, body, options);
      } catch (error) {
        if (!isConflict(error, options)) throw outage(error, 'store');
        const repeated = attemptsOf(error) > 1 && !(body instanceof Readable);
        const etag = repeated ? await ownEarlierWrite(key, body) : undefined;
        if (etag) return etag;
        throw preconditionFailed(key);
      }
    },

    async delete(key) {
      try {
        await client.send(new DeleteObjectCommand(object(key)));
      } catch (error) {
        throw outage(error, 'store');
      }
    },

    async list(prefix, { after, limit }) {
      checkPrefix(prefix);
      const keys: string[] = [];
      for (let more = true; more && keys.length < limit; ) {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          StartAfter: keys.at(-1) ?? after,
          MaxKeys: Math.min(limit - keys.length, PAGE),
        });
        const page = await client.send(command).catch((error) => {
          throw outage(error, 'store');
        });
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
        more = page.IsTruncated === true;
      }
      return keys;
    },

    links: {
      get(key, { seconds, fileName }) {
        const ResponseContentDisposition = `inline; filename="${fileName}"`;
        const command = new GetObjectCommand({ ...object(key), ResponseContentDisposition });
        return getSignedUrl(client, command, { expiresIn: seconds });
      },

      post(key, { seconds, maxBytes }) {
        const Conditions: PresignedPostOptions['Conditions'] = [['content-length-range', 1, maxBytes]];
        return createPresignedPost(client, { ...object(key), Conditions, Expires: seconds });
      },
    },
  };
}

/** What S3 always sends along with an object of ours. */
type Fetched = GetObjectCommandOutput & {
  Body: Readable & NonNullable<GetObjectCommandOutput['Body']>;
  ETag: string;
  ContentType: string;
};

/** 412: the condition does not hold; 404: there is nothing to match; 409: somebody else's write is under way. */
function isConflict(error: unknown, { ifMatch, ifNoneMatch }: PutOptions): boolean {
  const conditional = ifMatch !== undefined || ifNoneMatch !== undefined;
  return conditional && [404, 409, 412].includes(statusOf(error) ?? 0) && !isNamed(error, 'NoSuchBucket');
}
