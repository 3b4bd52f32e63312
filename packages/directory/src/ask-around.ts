import { agreeOnNodes, FEW, type Kept, MANY, type Named } from './seen-list.ts';
import type { DirectoryNode, NodeList } from './types.ts';

/**
 * For three that answer one may be silent, for nine three. Somebody on the way may see who is asked: if any number of
 * silences were made up for by others, it could let through those only that lie as it does.
 */
const SILENT = 1 / 3;

export interface AskAroundRequest {
  /** Whom to ask, in an order drawn at random. */
  readonly nodes: readonly DirectoryNode[];
  /** What we go by. */
  readonly pinned: Pick<NodeList, 'nodes'>;
  /** Whom a node names; `undefined` when it does not say. */
  ask(node: DirectoryNode): Promise<Named | undefined>;
  /** Whether the answer is of no use any more. */
  isOver(): boolean;
  /** What must be left of the list even when nine were asked; nothing unless it is said. */
  readonly keptByMany?: Kept;
}

/**
 * Ask nodes at random who the nodes are, where nobody signs the list: three, and nine when those do not agree or
 * would change much. Resolves with what enough of them name alike (docs/spec/directory.md §7).
 */
export async function askAround({
  nodes,
  pinned,
  ask,
  isOver,
  keptByMany,
}: AskAroundRequest): Promise<readonly DirectoryNode[] | undefined> {
  const left = [...nodes];
  const named: Named[] = [];
  let silent = 0;
  for (const wanted of [FEW, Math.min(MANY, nodes.length)]) {
    while (named.length < wanted && silent <= wanted * SILENT && !isOver()) {
      const node = left.pop();
      if (node === undefined) break;
      const answer = await ask(node);
      if (answer === undefined) silent++;
      else named.push(answer);
    }
    if (isOver() || named.length < wanted) return undefined;
    const agreed = agreeOnNodes(named, pinned, keptByMany);
    if (agreed.outcome === 'agreed') return agreed.nodes;
  }
  return undefined;
}
