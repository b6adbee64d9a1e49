import type { TcpAddress } from '../wire/dial.ts';

/** Where the port of the initial node is, from its address as people write it (`http://host:4000`). */
export function addressOfInitial(url: string): TcpAddress {
  const { protocol, hostname, port } = new URL(url);
  return {
    // In a URL an IPv6 address stands in brackets.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}
