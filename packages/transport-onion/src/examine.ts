import type { Bytes } from '@sotto/bytes';
import { equalBytes } from '@sotto/bytes';
import { type DirectoryNode, isSeen } from '@sotto/directory';
import type { AccountId } from '@sotto/identity';
import { type ClientRequest, NAMESPACE, parseRetrieveReply, STORAGE_STATUS } from '@sotto/protocol';
import { durableCount, type Members } from './members.ts';
import type { NetworkTime } from './network-time.ts';
import { parseBody } from './parse-body.ts';

const PURPOSE = 'ask';

/** How the road is, for `doctor`: counts and times, no address and no key. */
export interface OnionExamination {
  /** The list of nodes that the road goes by. */
  readonly list: {
    /** Milliseconds. */
    readonly issuedAt: number;
    readonly nodes: number;
    /** Whether nobody has signed it: several nodes have named the same. */
    readonly seen: boolean;
  };
  /** Guards that new paths would begin with, and how many of them answer when asked directly. */
  readonly guards: { readonly alive: number; readonly chosen: number };
  /** Milliseconds that this machine's clock is behind the network's; 0 also while nobody said. */
  readonly clockOffset: number;
  /** Members of the account's swarm that show exactly this record, of those that answered, of how many. */
  readonly record: {
    readonly storedOn: number;
    readonly answered: number;
    readonly of: number;
    readonly durable: boolean;
  };
}

/** Look at the road as it is, and ask every member of the account's swarm for its record. */
export async function examine(
  { members, time }: { readonly members: Members; readonly time: NetworkTime },
  { account, record }: { readonly account: AccountId; readonly record: Bytes },
): Promise<OnionExamination> {
  const { nodes, door } = members.asker.traveller;
  const swarm = nodes.swarmOf(account);
  const shown = await Promise.all(swarm.map((node) => shows(members, node, { account, record })));
  const storedOn = shown.filter((shows) => shows === true).length;
  const answered = shown.filter((shows) => shows !== undefined).length;
  const guards = await Promise.all(nodes.keeper.guards().map((guard) => door.ask(guard)));
  return {
    list: { issuedAt: nodes.list.issuedAt, nodes: nodes.list.nodes.length, seen: isSeen(nodes.list) },
    guards: { alive: guards.filter((answer) => answer !== undefined).length, chosen: guards.length },
    clockOffset: time.offset,
    record: { storedOn, answered, of: swarm.length, durable: storedOn >= durableCount(swarm.length) },
  };
}

/** `undefined`: it could not be asked. */
async function shows(
  members: Members,
  node: DirectoryNode,
  { account, record }: { readonly account: AccountId; readonly record: Bytes },
): Promise<boolean | undefined> {
  const request = (): ClientRequest => ({
    method: 'retrieve',
    mailbox: account,
    namespace: NAMESPACE.record,
  });
  const reply = await members.ask({ purpose: PURPOSE, key: account, node, request });
  if (reply.outcome !== 'answered') return undefined;
  if (reply.status !== STORAGE_STATUS.ok) return false;
  const messages = parseBody(reply.body, parseRetrieveReply)?.messages ?? [];
  return messages.some(({ data }) => equalBytes(data, record));
}
