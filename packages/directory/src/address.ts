/** Where an IPv4 address leads: this machine, somewhere on the internet, or nowhere that strangers can go. */
export type AddressKind = 'loopback' | 'public' | 'reserved';

/**
 * Networks that are not reachable from everywhere: private, link-local, shared, documentation, benchmarks,
 * multicast and the rest of the IANA special-purpose registry (RFC 6890).
 */
const RESERVED: readonly (readonly [network: number, prefix: number])[] = [
  [ipv4(0, 0, 0, 0), 8],
  [ipv4(10, 0, 0, 0), 8],
  [ipv4(100, 64, 0, 0), 10],
  [ipv4(169, 254, 0, 0), 16],
  [ipv4(172, 16, 0, 0), 12],
  [ipv4(192, 0, 0, 0), 24],
  [ipv4(192, 0, 2, 0), 24],
  [ipv4(192, 88, 99, 0), 24],
  [ipv4(192, 168, 0, 0), 16],
  [ipv4(198, 18, 0, 0), 15],
  [ipv4(198, 51, 100, 0), 24],
  [ipv4(203, 0, 113, 0), 24],
  [ipv4(224, 0, 0, 0), 3],
];

/** The number of an address in its one dotted form, without leading zeros; undefined for anything else. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || String(Number(part)) !== part)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return ipv4(a, b, c, d);
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Undefined when the text is not an IPv4 address in dotted decimal. */
export function kindOfAddress(text: string): AddressKind | undefined {
  const address = parseIpv4(text);
  if (address === undefined) return undefined;
  if (isWithin(address, ipv4(127, 0, 0, 0), 8)) return 'loopback';
  return RESERVED.some(([network, prefix]) => isWithin(address, network, prefix)) ? 'reserved' : 'public';
}

function isWithin(address: number, network: number, prefix: number): boolean {
  const shift = 32 - prefix;
  return address >>> shift === network >>> shift;
}

function ipv4(a: number, b: number, c: number, d: number): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
