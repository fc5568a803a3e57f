/**
 * What webhooks are signed with. Made when first needed and kept in the store:
 *
 *     secrets/webhooks/{owner}.json      shared with that owner: `whsec_...`
 *     secrets/webhook-keys.json          the service's own Ed25519 keys: `whsk_...`
 *
 * After a rotation the last one signs beside the new one for a while, so that no receiver misses an event.
 */
import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { changeDocument, createDocument, readDocument } from '../store/document.ts';
import type { Store } from '../store/index.ts';
import { privateKeyOf, type SigningKeys } from './sign.ts';

const DAY_MS = 86_400_000;
/** A secret is taken over by hand; a public key once a receiver reads the key set again. */
const SECRET_OVERLAP_MS = DAY_MS;
const KEY_OVERLAP_MS = 7 * DAY_MS;
const KEYS = 'secrets/webhook-keys.json';

export interface Entry {
  value: string;
  createdAt: string;
  /** Until when it still signs after it was replaced. */
  until?: string;
}

/** A JSON Web Key of RFC 8037. `kid` is its thumbprint (RFC 7638). */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}

export interface Keyring {
  /** Those that sign, the newest first: one, or two after a rotation. */
  secretsOf(owner: string): Promise<Entry[]>;
  rotateSecret(owner: string): Promise<Entry[]>;
  signingKeys(owner: string): Promise<SigningKeys>;
  publicKeys(): Promise<PublicJwk[]>;
  rotateKeys(): Promise<PublicJwk[]>;
}

export function createKeyring({
  store,
  now = () => new Date(),
}: {
  store: Store;
  now?: () => Date;
}): Keyring {
  const make = (prefix: string): Entry => ({
    value: `${prefix}${randomBytes(32).toString('base64')}`,
    createdAt: now().toISOString(),
  });
  const alive = (entries: Entry[]) => entries.filter(({ until }) => !until || until > now().toISOString());

  const read = async (key: string, prefix: string): Promise<Entry[]> => {
    const found = await readDocument<Entry[]>(store, key);
    if (found) return alive(found);
    await createDocument(store, key, [make(prefix)]);
    return alive((await readDocument<Entry[]>(store, key))!); // of two makers the first
  };
  const rotate = async (key: string, prefix: string, overlapMs: number): Promise<Entry[]> => {
    await read(key, prefix);
    const until = new Date(now().getTime() + overlapMs).toISOString();
    const fresh = make(prefix);
    return (await changeDocument<Entry[]>(store, key, ([last]) => [fresh, { ...last, until }]))!;
  };

  const secretKey = (owner: string) => `secrets/webhooks/${owner}.json`;
  const secretsOf = (owner: string) => read(secretKey(owner), 'whsec_');
  const keys = () => read(KEYS, 'whsk_');
  const values = (entries: Entry[]) => entries.map(({ value }) => value);

  return {
    secretsOf,
    rotateSecret: (owner) => rotate(secretKey(owner), 'whsec_', SECRET_OVERLAP_MS),
    async signingKeys(owner) {
      const [secrets, privateKeys] = await Promise.all([secretsOf(owner), keys()]);
      return { secrets: values(secrets), privateKeys: values(privateKeys) };
    },
    publicKeys: async () => values(await keys()).map(publicJwk),
    rotateKeys: async () => values(await rotate(KEYS, 'whsk_', KEY_OVERLAP_MS)).map(publicJwk),
  };
}

function publicJwk(privateKey: string): PublicJwk {
  const { x } = createPublicKey(privateKeyOf(privateKey)).export({ format: 'jwk' }) as { x: string };
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
  const kid = thumbprint.digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' };
}
