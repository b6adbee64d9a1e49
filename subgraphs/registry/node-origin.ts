import { BlockList, isIP, isIPv4 } from 'node:net';

/** Where a node's connection comes from; undefined where that does not show, as behind a forwarding proxy. */
export type NodeOrigin = string | undefined;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const mappedPrefix = /^::ffff:(?=\d+\.)/i;
const hostPattern = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** An address without the `::ffff:` under which a dual-stack socket shows IPv4. */
export function plainAddress(address: string): string {
  return address.replace(mappedPrefix, '');
}

/** Whether the node runs on this very machine, for all that can be known. */
export function isOnThisMachine(origin: NodeOrigin): boolean {
  if (origin === undefined) return false;
  const address = plainAddress(origin);
  return isIP(address) !== 0 && loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Whether this may be dialled: an IP address or a host name. */
export function isDialable(address: string): boolean {
  return isIP(address) !== 0 || hostPattern.test(address);
}
