import type { Hex, Removal, Vote } from '@sotto/directory/chain';
import { MAX_VOTES } from '../constants.ts';
import type { Ballot } from './ballot.ts';

interface Cast {
  readonly ballot: Ballot;
  /** Lower case. */
  readonly voter: Hex;
}

/** The votes that this node has seen, its own too: one of each voter for a node, the newest. */
export class BallotBox {
  readonly #cast = new Map<bigint, Cast[]>();

  /** False when there is no room; who may vote on whom is for the caller to know. */
  put(ballot: Ballot, voter: Hex): boolean {
    const others = (this.#cast.get(ballot.node) ?? []).filter((cast) => cast.voter !== voter);
    if (others.length >= MAX_VOTES) return false;
    this.#cast.set(ballot.node, [...others, { ballot, voter }]);
    return true;
  }

  has({ node, epoch, reason }: Removal, voter: Hex): boolean {
    return this.#of({ node, epoch, reason }).some((cast) => cast.voter === voter);
  }

  /** By seat of a quorum. */
  votes(removal: Removal, quorum: readonly { readonly voteKey: Hex }[]): readonly Vote[] {
    return quorum.flatMap(({ voteKey }, seat) => {
      const cast = this.#of(removal).find(({ voter }) => voter === voteKey);
      return cast === undefined ? [] : [{ seat, signature: cast.ballot.signature }];
    });
  }

  /** Forget votes of epochs that are closed, and on nodes that have left. */
  keepOnly(nodes: ReadonlySet<bigint>, since: bigint): void {
    for (const [node, cast] of this.#cast) {
      const open = nodes.has(node) ? cast.filter(({ ballot }) => ballot.epoch >= since) : [];
      if (open.length === 0) this.#cast.delete(node);
      else this.#cast.set(node, open);
    }
  }

  #of({ node, epoch, reason }: Removal): readonly Cast[] {
    const cast = this.#cast.get(node) ?? [];
    return cast.filter(({ ballot }) => ballot.epoch === epoch && ballot.reason === reason);
  }
}
