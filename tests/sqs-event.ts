import type { SQSEvent } from 'aws-lambda';
import type { Message } from '../infra/queue/index.ts';

/** Messages as a function gets them from SQS: the example of the Lambda developer guide. */
export function sqsEvent(messages: Message[]): SQSEvent {
  const Records = messages.map(({ id, receipt, body, receiveCount }) => ({
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:waggle',
    awsRegion: 'eu-west-1',
  }));
  return { Records };
}
