/**
 * Signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 with a secret
 * that sender and receiver share (`v1`), and Ed25519, which anybody can check (`v1a`).
 */
import { createHmac, createPrivateKey, sign as cryptoSign, type KeyObject } from 'node:crypto';

export interface Signable {
  /** The same each time that the event is sent; holds no full stop. */
  id: string;
  /** When this attempt is made. */
  at: Date;
  body: string;
}

export interface SigningKeys {
  /** `whsec_` and base64; during a rotation the old one too. */
  secrets: readonly string[];
  /** `whsk_` and base64 of 32 bytes; during a rotation the old one too. */
  privateKeys: readonly string[];
}

/** @returns the three headers; a receiver is content when one of the signatures is right */
export function sign({ id, at, body }: Signable, { secrets, privateKeys }: SigningKeys) {
  const timestamp = Math.floor(at.getTime() / 1000).toString();
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  const signatures = [
    ...secrets.map(
      (secret) => `v1,${createHmac('sha256', bytesOf(secret)).update(content).digest('base64')}`,
    ),
    ...privateKeys.map((key) => `v1a,${cryptoSign(null, content, privateKeyOf(key)).toString('base64')}`),
  ];
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** PKCS #8 around the 32 bytes of an Ed25519 key (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param key `whsk_` and base64 of 32 bytes */
export function privateKeyOf(key: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, bytesOf(key)]), format: 'der', type: 'pkcs8' });
}

/** What stands behind the prefix. */
const bytesOf = (serialized: string) => Buffer.from(serialized.slice(serialized.indexOf('_') + 1), 'base64');
