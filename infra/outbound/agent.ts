/**
 * Connections to where a caller has asked us to connect. A name is resolved once, every address that it has is looked
 * at, and the socket goes to one of exactly these: there is no second resolution that could say something else (DNS
 * rebinding).
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { WaggleError } from '../errors.ts';

export interface Address {
  address: string;
  family: number;
}

/** @throws what dns.lookup throws */
export type Resolve = (hostname: string) => Promise<Address[]>;

export interface PinnedAgentOptions {
  allows(address: string): boolean;
  /** The system's resolver, unless a test has its own. */
  resolve?: Resolve;
  connectTimeoutMs: number;
}

/** Errors of its connections have code `url_refused` where an address is not allowed. */
export function createPinnedAgent({
  allows,
  resolve = (hostname) => systemLookup(hostname, { all: true }),
  connectTimeoutMs,
}: PinnedAgentOptions): Agent {
  const lookup: LookupFunction = (hostname, { all }, done) => {
    resolve(hostname).then(
      (addresses) => {
        // One bad address among good ones is how rebinding begins.
        if (addresses.length === 0 || !addresses.every(({ address }) => allows(address))) {
          done(refused(), '');
        } else if (all) {
          done(null, addresses);
        } else {
          done(null, addresses[0].address, addresses[0].family);
        }
      },
      (error) => done(error, ''),
    );
  };
  const connect = buildConnector({ lookup, timeout: connectTimeoutMs });
  return new Agent({
    connect(options, done) {
      // An address in the place of a name is not looked up.
      const literal = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) && !allows(literal)) done(refused(), null);
      else connect(options, done);
    },
  });
}

export function refused(): WaggleError {
  return new WaggleError('url_refused', {
    en: 'The address is not https, or not one on the public internet.',
    zh: '该地址不是 https，或不在公共互联网上。',
  });
}
