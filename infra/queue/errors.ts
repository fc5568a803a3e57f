import { WaggleError } from '../errors.ts';

export function receiptExpired(cause?: unknown): WaggleError {
  const detail = {
    en: 'The message was deleted or has been delivered again.',
    zh: '该消息已被删除或已重新投递。',
  };
  return new WaggleError('receipt_expired', detail, { cause });
}
