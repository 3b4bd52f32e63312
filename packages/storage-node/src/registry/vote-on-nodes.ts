import { toHex } from '@sotto/bytes';
import type {
  ChainDirectory,
  Hex,
  RegisteredNode,
  Removal,
  RemovalReason,
  Wallet,
} from '@sotto/directory/chain';
import { DIAL_TIMEOUT, TEST_PACE, type TestPace, VOTE_PACE } from '../constants.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';
import type { Reachability } from '../reachability/reachability.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { formatBallot, parseBallot } from './ballot.ts';
import { BallotBox } from './ballot-box.ts';
import type { OpenRegistry } from './open-registry.ts';
import { obtainVoteKey } from './vote-key.ts';

export interface VoteOptions {
  readonly data: string;
  readonly registry: OpenRegistry;
  readonly reachability: Reachability;
  readonly testPace?: TestPace;
  readonly pace?: { readonly [Name in keyof typeof VOTE_PACE]: number };
}

type Context = Pick<NodeContext, 'directory' | 'links' | 'events' | 'now'>;
type Chain = typeof import('@sotto/directory/chain');
type Quorum = Awaited<ReturnType<Chain['quorumOf']>>;

/**
 * Votes of this node on others that should leave the registry: those that nobody reached for an hour, by its own
 * tests, and those whose operator never showed their key. A vote goes to the other members of the quorum; who has
 * enough of them sends the removal to the chain, one after the other, until one of them has.
 */
export class NodeVotes {
  readonly #context: Context;
  readonly #options: VoteOptions;
  readonly #chain: Chain;
  readonly #wallet: Wallet;
  readonly #me: Hex;
  readonly #box = new BallotBox();
  /** When entries were first seen without a place in the list of nodes. */
  readonly #unlistedSince = new Map<bigint, number>();
  /** When enough votes were first there. */
  readonly #enoughSince = new Map<bigint, number>();
  #busy = false;

  private constructor(context: Context, options: VoteOptions, chain: Chain) {
    this.#context = context;
    this.#options = options;
    this.#chain = chain;
    const { chainId, endpoints } = options.registry.source;
    const account = chain.voteAccount(obtainVoteKey(options.data));
    this.#wallet = new chain.Wallet({ chainId, endpoints, ask: askEndpoint, account });
    this.#me = account.address.toLowerCase() as Hex;
  }

  /** Rejects with StorageNodeError `damaged-data`. */
  static async open(context: Context, options: VoteOptions): Promise<NodeVotes> {
    return new NodeVotes(context, options, await import('@sotto/directory/chain'));
  }

  /** Look from time to time. Returns what ends it. */
  start(): () => void {
    const { events } = this.#context;
    const timer = setInterval(
      () => {
        if (this.#busy) return;
        this.#busy = true;
        this.#round()
          .catch((error: unknown) => {
            // An endpoint that does not answer is heard of when the registry is read.
            if (!(error instanceof this.#chain.ChainError)) events.failed(error);
          })
          .finally(() => {
            this.#busy = false;
          });
      },
      (this.#options.pace ?? VOTE_PACE).every,
    ).unref();
    return () => clearInterval(timer);
  }

  /** A ballot that another node has passed on. True when it counts. */
  async take(body: Uint8Array): Promise<boolean> {
    const ballot = parseBallot(body);
    const { newest, source } = this.#options.registry;
    const counted = ballot !== undefined && newest !== undefined && isOpen(newest, ballot);
    const voter = counted ? await this.#chain.removalSigner(source, ballot, ballot.signature) : undefined;
    const isNode = newest?.registered.some(({ voteKey, id }) => voteKey === voter && id !== ballot?.node);
    if (ballot === undefined || voter === undefined || isNode !== true) {
      this.#context.events.count('vote-refused');
      return false;
    }
    return this.#box.put(ballot, voter);
  }

  async #round(): Promise<void> {
    const { newest } = this.#options.registry;
    if (newest === undefined || !newest.registered.some(({ voteKey }) => voteKey === this.#me)) return;
    const here = new Set(newest.registered.map(({ id }) => id));
    this.#box.keepOnly(here, newest.epoch - 1n);
    for (const times of [this.#unlistedSince, this.#enoughSince]) {
      for (const id of times.keys()) if (!here.has(id)) times.delete(id);
    }
    const candidates = this.#candidates(newest);
    if (candidates.length === 0) return;
    const epoch = await this.#chain.currentEpoch(this.#wallet, this.#options.registry.source.contract);
    for (const [node, reason] of candidates) await this.#voteOn({ node, epoch, reason }, newest);
  }

  /** A few at a time, the longest registered first. */
  #candidates(newest: ChainDirectory): readonly (readonly [bigint, RemovalReason])[] {
    const { directory } = this.#context;
    const gone = new Set(
      this.#options.reachability.unreachable(directory.others()).map(({ ed25519 }) => toHex(ed25519)),
    );
    const found = newest.registered.flatMap((entry): (readonly [bigint, RemovalReason])[] => {
      const reason = this.#reasonFor(entry, gone);
      return reason === undefined || entry.voteKey === this.#me ? [] : [[entry.id, reason]];
    });
    const { nodes } = this.#options.pace ?? VOTE_PACE;
    return found.toSorted(([left], [right]) => (left < right ? -1 : 1)).slice(0, nodes);
  }

  #reasonFor({ id, dropped, ed25519 }: RegisteredNode, gone: ReadonlySet<string>): RemovalReason | undefined {
    const { unreachable, badProof } = this.#chain.REMOVAL_REASON;
    if (dropped === 'bad-proof') return badProof;
    if (dropped === undefined) return gone.has(toHex(ed25519)) ? unreachable : undefined;
    // Whoever moves a node to another operator has it there twice, for as long as an exit takes.
    if (dropped !== 'address' && dropped !== 'address-twice') return undefined;
    const since = this.#unlistedSince.get(id) ?? this.#context.now();
    this.#unlistedSince.set(id, since);
    const patience = (this.#options.testPace ?? TEST_PACE).unreachable;
    return this.#context.now() - since >= patience ? unreachable : undefined;
  }

  async #voteOn(removal: Removal, newest: ChainDirectory): Promise<void> {
    const { source } = this.#options.registry;
    const quorum = await this.#chain.quorumOf(this.#wallet, source.contract, removal);
    const mine = quorum.findIndex(({ voteKey }) => voteKey === this.#me);
    if (mine < 0) return;
    if (!this.#box.has(removal, this.#me)) {
      const signature = await this.#chain.signRemoval(this.#wallet.account, source, removal);
      this.#box.put({ ...removal, signature }, this.#me);
      this.#context.events.count('vote-signed');
    }
    this.#tell(removal, quorum, newest);
    await this.#send(removal, quorum);
  }

  /** Each round again: whoever was down, or had not read of the node yet, hears it then. */
  #tell(removal: Removal, quorum: Quorum, newest: ChainDirectory): void {
    const { directory, links } = this.#context;
    const [vote] = this.#box.votes(removal, [{ voteKey: this.#me }]);
    if (vote === undefined) return;
    const body = formatBallot({ ...removal, signature: vote.signature });
    for (const { id, voteKey } of quorum) {
      const key = newest.registered.find((entry) => entry.id === id)?.ed25519;
      const node = key === undefined ? undefined : directory.find(toHex(key));
      if (node === undefined || voteKey === this.#me) continue;
      void links.post(node, { path: LINK_PATH.vote, body, timeout: DIAL_TIMEOUT, maxReply: 256 });
    }
  }

  async #send(removal: Removal, quorum: Quorum): Promise<void> {
    const votes = this.#box.votes(removal, quorum);
    if (quorum.length < 2 || votes.length < this.#chain.votesNeeded(quorum.length)) return;
    const { now, events } = this.#context;
    const since = this.#enoughSince.get(removal.node) ?? now();
    this.#enoughSince.set(removal.node, since);
    const rank = votes.findIndex(({ seat }) => quorum[seat]?.voteKey === this.#me);
    if (now() - since < rank * (this.#options.pace ?? VOTE_PACE).turn) return;
    try {
      await this.#chain.removeNode(this.#wallet, this.#options.registry.source.contract, {
        ...removal,
        votes,
      });
      events.count('removal-sent');
    } catch (error) {
      // Another member was first, too many were removed in this epoch, or the vote key has nothing to pay with.
      if (!(error instanceof this.#chain.ChainError)) throw error;
      if (error.facts.reason !== 'NotActive') events.count('removal-refused');
    }
  }
}

/** On a node that is there, in an epoch that may be open: what is read of a chain is a while behind it. */
function isOpen({ registered, epoch }: ChainDirectory, ballot: Removal): boolean {
  const isNear = ballot.epoch + 1n >= epoch && ballot.epoch <= epoch + 2n;
  return isNear && registered.some(({ id }) => id === ballot.node);
}
