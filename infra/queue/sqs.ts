/** A standard queue of AWS SQS. How many deliveries there are before a message is given up is in its redrive policy. */
import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { CACHED, isNamed, outage, unreachable } from '../aws.ts';
import { createBatcher } from './batch.ts';
import { receiptExpired } from './errors.ts';
import type { Queue } from './index.ts';

const MAX_WAIT_SECONDS = 20;
const MAX_MESSAGES = 10;
/** Longer than the longest wait for messages. */
const TIMEOUTS = { connectionTimeout: 3_000, socketTimeout: 30_000 };
/** The length of the queue is asked for at most this often; many callers may wait for their place in it. */
const FRESH_MS = 1_000;
const USABLE_MS = 30_000;

export function createSqsQueue({ url: QueueUrl, region }: { url: string; region: string }): Queue {
  const { origin: endpoint } = new URL(QueueUrl);
  const client = new SQSClient({ region, endpoint, requestHandler: TIMEOUTS, ...CACHED });
  const closing = new AbortController();
  const failed = (error: unknown): never => {
    throw outage(error, 'queue');
  };

  const askLength = async () => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
    try {
      const { Attributes } = await client.send(asked).catch(failed);
      length = { value: Number(Attributes!.ApproximateNumberOfMessages), at: performance.now() };
      return length.value;
    } finally {
      asking = undefined;
    }
  };
  let length: { value: number; at: number } | undefined;
  let asking: Promise<number> | undefined;

  const send = createBatcher(async (drafts) => {
    const Entries = drafts.map(({ body, delaySeconds }, index) => ({
      Id: String(index),
      MessageBody: body,
      DelaySeconds: Math.ceil(delaySeconds),
    }));
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Successful = [], Failed = [] } = await client.send(command).catch(failed);
    const answers: (string | Error)[] = [];
    for (const { Id, MessageId } of Successful) answers[Number(Id)] = MessageId!;
    for (const entry of Failed) answers[Number(entry.Id)] = refusal(entry);
    return answers;
  });

  return {
    send(body, { delaySeconds = 0 } = {}) {
      return send({ body, delaySeconds });
    },

    async receive({ max, waitSeconds, visibilitySeconds, signal }) {
      const stop = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(max, MAX_MESSAGES),
        WaitTimeSeconds: Math.min(Math.ceil(waitSeconds), MAX_WAIT_SECONDS),
        VisibilityTimeout: Math.ceil(visibilitySeconds),
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      if (stop.aborted) return [];
      try {
        const { Messages = [] } = await client.send(command, { abortSignal: stop });
        return Messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
          id: MessageId!,
          body: Body!,
          receipt: ReceiptHandle!,
          receiveCount: Number(Attributes!.ApproximateReceiveCount),
        }));
      } catch (error) {
        // A message that was on its way just then comes back when its invisibility has run out.
        if (stop.aborted) return [];
        return failed(error);
      }
    },

    async extend(receipt, visibilitySeconds) {
      const VisibilityTimeout = Math.ceil(visibilitySeconds);
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receipt, VisibilityTimeout }),
        );
      } catch (error) {
        if (isGone(error)) throw receiptExpired(error);
        failed(error);
      }
    },

    async delete(receipt) {
      try {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }));
      } catch (error) {
        if (!isGone(error)) failed(error);
      }
    },

    /** The length of the queue without the one who asks: SQS does not know their order. */
    async ahead() {
      const age = length ? performance.now() - length.at : Number.POSITIVE_INFINITY;
      if (age > FRESH_MS) {
        asking ??= askLength();
        asking.catch(() => undefined);
      }
      // Nobody waits for a better number while there is a good one.
      const value = length && age < USABLE_MS ? length.value : await asking!;
      return Math.max(0, value - 1);
    },

    async close() {
      closing.abort();
      client.destroy();
    },
  };
}

/** Why one message of a batch was not taken, as if it had been sent alone. */
function refusal({ Code, Message, SenderFault }: BatchResultErrorEntry): Error {
  const error = Object.assign(new Error(Message), { name: Code });
  return SenderFault ? error : unreachable('queue', error);
}

/** AWS answers InvalidParameterValue for the receipt of a message that was deleted or is visible again. */
function isGone(error: unknown): boolean {
  return isNamed(
    error,
    'MessageNotInflight',
    'ReceiptHandleIsInvalid',
    'InvalidParameterValue',
    'InvalidParameterValueException',
  );
}
