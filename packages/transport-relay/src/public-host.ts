/**
 * Whether a host, as a URL spells it, can be somebody's server on the public internet. A name may still
 * lead into a private network: that is for the node to see that looks it up.
 */
export function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1));
  const octets = IPV4.exec(host)?.slice(1).map(Number);
  if (octets !== undefined) return !RESERVED_IPV4.some((range) => isWithin(octets, range));
  const labels = host.replace(/\.$/, '').toLowerCase().split('.');
  return labels.length > 1 && !LOCAL_NAMES.has(labels.at(-1) ?? '') && !labels.includes('');
}

/** The URL parser writes every form of an IPv4 address like this. */
const IPV4 = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/;

/** First octets and how many bits of them count: this host, private, shared, loopback, link, documentation, multicast and the rest (RFC 6890). */
const RESERVED_IPV4: readonly (readonly [octets: readonly number[], bits: number])[] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 0, 2], 24],
  [[192, 168], 16],
  [[198, 18], 15],
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[224], 3],
];

/** Top-level names that lead to this machine or this network (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`). */
const LOCAL_NAMES = new Set(['localhost', 'local', 'internal', 'arpa', 'lan', 'home', 'test', 'invalid']);

function isWithin(octets: readonly number[], [prefix, bits]: (typeof RESERVED_IPV4)[number]): boolean {
  return prefix.every((value, index) => {
    const counting = Math.min(8, bits - 8 * index);
    return (octets[index] ?? 0) >> (8 - counting) === value >> (8 - counting);
  });
}

/**
 * Global unicast (RFC 4291 §2.4), less documentation and the ranges that carry an IPv4 address inside:
 * 6to4 and Teredo. As the URL parser writes it: lower case, no leading zeros.
 */
function isPublicIpv6(address: string): boolean {
  return /^[23][0-9a-f]{3}:/.test(address) && !/^(2002:|2001:db8:|2001:(0:|:))/.test(address);
}
