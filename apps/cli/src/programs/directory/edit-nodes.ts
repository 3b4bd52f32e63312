import { toHex } from '@sotto/bytes';
import {
  assignSwarm,
  type DirectoryNode,
  type NodeDescription,
  newSwarmId,
  parseNodeFile,
  type SignedList,
  signList,
  withNodes,
} from '@sotto/directory';
import { CliError } from '../../cli-error.ts';
import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { explainList } from './explain-list.ts';
import { editList, readBounded } from './list-on-disk.ts';
import { printList } from './print-list.ts';
import { readSigningKey } from './signing-key.ts';

/** List a node. One that is listed gets its new address and stays in its swarm. */
export async function addNode(invocation: InvocationOf<'directory add'>, context: Context): Promise<number> {
  const text = await readBounded(invocation.node, 'name the file that holds what `sotto node init` printed');
  const described = explainList(() => parseNodeFile(text));
  return editNodes(invocation, context, (signed) => {
    const nodes = signed.list.nodes;
    const known = nodes.find((node) => isSame(node, described));
    const others = nodes.filter((node) => node !== known);
    return [...others, { ...described, swarm: swarmOf(signed, known, invocation.swarm) }];
  });
}

/** Take a node off the list, named by its key or its address. */
export async function removeNode(
  invocation: InvocationOf<'directory remove'>,
  context: Context,
): Promise<number> {
  return editNodes(invocation, context, ({ list: { nodes } }) => {
    const named = nodes.filter(
      ({ ed25519, ip }) => toHex(ed25519) === invocation.who || ip === invocation.who,
    );
    const hint = `see \`sotto directory show --file ${invocation.file}\``;
    if (named.length === 0) throw new CliError('bad-directory', 'no node of the list is named so', hint);
    if (named.length > 1) {
      throw new CliError('bad-directory', 'several nodes have this address', `name one by its key; ${hint}`);
    }
    return nodes.filter((node) => !named.includes(node));
  });
}

/** Write the list with other nodes, one sequence higher; signed by the key if there is one, else by nobody. */
async function editNodes(
  { file, key }: { readonly file: string; readonly key?: string },
  { output }: Context,
  change: (signed: SignedList) => readonly DirectoryNode[],
): Promise<number> {
  const signer = key === undefined ? undefined : await readSigningKey(key, output);
  const signed = await editList(file, (before) => {
    const nodes = change(before);
    if (isUnchanged(before.list.nodes, nodes)) return before;
    const next = explainList(() => withNodes(before, nodes, Date.now()));
    return signer === undefined ? next : signList(next, signer.secretKey);
  });
  return printList(file, signed, output);
}

function swarmOf(
  { list }: SignedList,
  known: DirectoryNode | undefined,
  wanted: bigint | 'new' | undefined,
): bigint {
  if (wanted === 'new') return newSwarmId(list);
  return wanted ?? known?.swarm ?? assignSwarm(list);
}

function isSame(node: NodeDescription, other: NodeDescription): boolean {
  return toHex(node.ed25519) === toHex(other.ed25519);
}

function isUnchanged(before: readonly DirectoryNode[], after: readonly DirectoryNode[]): boolean {
  return (
    before.length === after.length &&
    after.every((node) =>
      before.some(
        (old) =>
          isSame(old, node) &&
          old.ip === node.ip &&
          old.httpsPort === node.httpsPort &&
          old.omqPort === node.omqPort &&
          old.swarm === node.swarm,
      ),
    )
  );
}
