/** Which addresses a request that a caller has asked for may go to. */
import ipaddr from 'ipaddr.js';

/** Addresses that are public by their range, but answer with a machine's own credentials: Azure's platform address. */
const METADATA = ['168.63.129.16'];

/** Of IPv6 only this has been given out for the public (RFC 4291, section 2.4); the rest is special or unassigned. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to a machine on the public internet: not to this machine or its network (private,
 * loopback, link-local with the clouds' metadata, carrier-grade NAT), nor to nobody (reserved, multicast), nor to an
 * IPv4 address in IPv6 clothes (mapped, 6to4, NAT64, Teredo), whatever the address inside.
 * Ranges: IANA's special-purpose registries, as ipaddr.js has them.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv6 ? parsed.match(GLOBAL_UNICAST) : !METADATA.includes(address);
}

/** This machine itself. */
export function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
