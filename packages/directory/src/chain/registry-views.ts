import { decodeFunctionResult, encodeFunctionData } from 'viem';
import { type Endpoint, Faulty } from './endpoint.ts';
import { registryAbi } from './generated/registry-abi.ts';
import { type RegistryEvent, readEvent } from './journal.ts';
import { JOURNAL_PAGE, MAX_JOURNAL, MAX_LISTED, NODE_PAGE } from './limits.ts';
import type { RegistryEntry } from './list-nodes.ts';
import type { Hex } from './source.ts';

/** What a registry says at one block, as it came: two endpoints agree when these are equal. */
export interface RawRegistry {
  readonly summary: Hex;
  readonly nodePages: readonly Hex[];
  readonly journalPages: readonly Hex[];
}

export interface Summary {
  readonly count: number;
  readonly journalLength: number;
  readonly serial: bigint;
  readonly epoch: bigint;
}

type View = 'summary' | 'nodes' | 'journal';

function call(functionName: View, args: readonly bigint[]): Hex {
  // Each view's own arguments; viem's types ask for a constant name.
  return encodeFunctionData({ abi: registryAbi, functionName, args } as Parameters<
    typeof encodeFunctionData
  >[0]);
}

/** Throws Faulty `no-registry` for bytes that are no answer of this view. */
export function readSummary(data: Hex): Summary {
  return decoding(() => {
    const [count, journalLength, serial, epoch] = decodeFunctionResult({
      abi: registryAbi,
      functionName: 'summary',
      data,
    });
    if (count > MAX_LISTED || journalLength > MAX_JOURNAL) throw new Faulty('no-registry');
    return { count: Number(count), journalLength: Number(journalLength), serial, epoch };
  });
}

export async function askSummary(endpoint: Endpoint, contract: Hex, height: number): Promise<Hex> {
  return endpoint.read(contract, call('summary', []), height);
}

/** All pages, one after the other: an endpoint that many ask limits how many questions come at once. */
export async function askPages(
  endpoint: Endpoint,
  contract: Hex,
  { height, summary }: { readonly height: number; readonly summary: Hex },
): Promise<RawRegistry> {
  const { count, journalLength } = readSummary(summary);
  const nodePages: Hex[] = [];
  for (let from = 0; from < count; from += NODE_PAGE) {
    nodePages.push(await endpoint.read(contract, call('nodes', [BigInt(from), BigInt(NODE_PAGE)]), height));
  }
  const journalPages: Hex[] = [];
  for (let from = 0; from < journalLength; from += JOURNAL_PAGE) {
    journalPages.push(
      await endpoint.read(contract, call('journal', [BigInt(from), BigInt(JOURNAL_PAGE)]), height),
    );
  }
  return { summary, nodePages, journalPages };
}

/** Throws Faulty `no-registry`, also when there are fewer entries than the summary counts. */
export function readPages({ summary, nodePages, journalPages }: RawRegistry): {
  readonly entries: readonly RegistryEntry[];
  readonly events: readonly RegistryEvent[];
} {
  const { count, journalLength } = readSummary(summary);
  return decoding(() => {
    const entries = nodePages.flatMap((data) =>
      decodeFunctionResult({ abi: registryAbi, functionName: 'nodes', data }).map(
        (node): RegistryEntry => ({ ...node, operator: lower(node.operator), voteKey: lower(node.voteKey) }),
      ),
    );
    const events = journalPages.flatMap((data) =>
      decodeFunctionResult({ abi: registryAbi, functionName: 'journal', data }).map(readEvent),
    );
    if (entries.length !== count || events.length !== journalLength) throw new Faulty('no-registry');
    return { entries, events };
  });
}

function decoding<Value>(decode: () => Value): Value {
  try {
    return decode();
  } catch {
    throw new Faulty('no-registry');
  }
}

function lower(address: string): Hex {
  return address.toLowerCase() as Hex;
}
