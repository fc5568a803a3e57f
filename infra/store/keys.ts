import { WaggleError } from '../errors.ts';

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * Keys are checked before they become paths. A part may not begin with a dot, which rules out `..` and hidden files.
 * @throws WaggleError `key_invalid`
 */
export function checkKey(key: string): void {
  const good = key.length <= 512 && key.split('/').every((part) => part.length <= 200 && SEGMENT.test(part));
  if (!good) {
    throw new WaggleError('key_invalid', {
      en: `${JSON.stringify(key.slice(0, 80))} cannot name an object.`,
      zh: `${JSON.stringify(key.slice(0, 80))} 不能作为对象名。`,
    });
  }
}

/** A prefix may end anywhere inside a key, also after a slash. @throws WaggleError `key_invalid` */
export function checkPrefix(prefix: string): void {
  checkKey(`${prefix}x`);
}

export function preconditionFailed(key: string): WaggleError {
  return new WaggleError('precondition_failed', {
    en: `${key} has been changed by somebody else.`,
    zh: `${key} 已被其他请求修改。`,
  });
}
