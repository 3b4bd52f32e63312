import { type Bytes, fromBase64Url, toBase64Url, utf8 } from '@sotto/bytes';
import { type AccountId, formatAccountId, parseAccountId } from './account-id.ts';
import { IdentityError } from './errors.ts';
import { linkChecksum, requireChecksum } from './link-checksum.ts';
import { splitLink } from './link-query.ts';
import { whyNoName } from './name.ts';

/** One person's leave to come into their network, and whom to write to there. */
export interface JoinLink {
  readonly account: AccountId;
  /** What they call themselves; unproven. */
  readonly name?: string;
  /** SHA-256 over the keys of those who sign the list of storage nodes, 32 bytes: what is fetched must be theirs. */
  readonly directory: Bytes;
  /** How many of them must have signed it. */
  readonly threshold: number;
  /** Storage nodes that may be asked for the list: addresses, and nothing more. */
  readonly nodes: readonly JoinNode[];
}

export interface JoinNode {
  /** IPv4. */
  readonly ip: string;
  readonly port: number;
}

export const JOIN_START = 'sotto://join';
/** Some may have gone when the link is used; more would not fit a QR code that a telephone reads at once. */
export const MAX_JOIN_NODES = 6;
const MAX_THRESHOLD = 255;
const NODE = /^((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})$/;

/** `sotto://join?i=<66 hex>&n=<name>&d=<base64url>&t=<threshold>&a=<ip:port>,…&c=<checksum>`. Throws IdentityError. */
export function formatJoinLink(link: JoinLink): string {
  checkLink(link);
  const { account, name, directory, threshold } = link;
  const shown = name === undefined ? '' : `&n=${encodeURIComponent(name)}`;
  const places = `d=${toBase64Url(directory)}&t=${threshold}&a=${addresses(link)}`;
  return `${JOIN_START}?i=${formatAccountId(account)}${shown}&${places}&c=${checksumOf(link)}`;
}

/** Throws IdentityError: `bad-link`, `bad-checksum`, `bad-name` or of the ID in it. */
export function parseJoinLink(text: string): JoinLink {
  const { path, query } = splitLink(text, JOIN_START);
  const [id, directory, threshold, nodes] = ['i', 'd', 't', 'a'].map((each) => query.get(each));
  if (path !== '' || id === undefined || directory === undefined || nodes === undefined) {
    throw new IdentityError('bad-link', 'this link is not complete: it names no account or no storage nodes');
  }
  const name = query.get('n');
  const link: JoinLink = {
    account: parseAccountId(id),
    ...(name === undefined ? {} : { name }),
    directory: decodeDirectory(directory),
    threshold: /^[1-9]\d{0,2}$/.test(threshold ?? '') ? Number(threshold) : 0,
    nodes: nodes.split(',').map(parseNode),
  };
  requireChecksum(checksumOf(link), query.get('c'), 'this link');
  checkLink(link);
  return link;
}

function checkLink({ name, directory, threshold, nodes }: JoinLink): void {
  const why = name === undefined ? undefined : whyNoName(name);
  if (why !== undefined) throw new IdentityError('bad-name', why);
  const fits = directory.length === 32 && threshold >= 1 && threshold <= MAX_THRESHOLD;
  if (!fits || nodes.length < 1 || nodes.length > MAX_JOIN_NODES || !nodes.every(isNode)) {
    throw new IdentityError('bad-link', 'this link names no network that could be asked');
  }
}

function isNode({ ip, port }: JoinNode): boolean {
  const parts = ip.split('.');
  const isIp =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isIp && Number.isInteger(port) && port > 0 && port < 65_536;
}

function parseNode(text: string): JoinNode {
  const [, ip = '', port = ''] = NODE.exec(text) ?? [];
  return { ip, port: Number(port) };
}

function addresses({ nodes }: JoinLink): string {
  return nodes.map(({ ip, port }) => `${ip}:${port}`).join(',');
}

function decodeDirectory(text: string): Bytes {
  try {
    return fromBase64Url(text);
  } catch {
    throw new IdentityError('bad-link', 'this link is damaged');
  }
}

function checksumOf(link: JoinLink): string {
  const { account, name = '', directory, threshold } = link;
  return linkChecksum(
    'sotto join v1',
    account,
    utf8(name),
    directory,
    utf8(String(threshold)),
    utf8(addresses(link)),
  );
}
