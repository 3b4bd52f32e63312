import { concatBytes, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, sha256 } from '@sotto/crypto';
import { DirectoryError } from '@sotto/directory';
import {
  type AskEndpoint,
  type ChainSource,
  formatChainSource,
  parseChainSource,
  type RegistryReading,
  readRegistry,
  registrationText,
} from '@sotto/directory/chain';
import { formatBallot, formatQuestion, parseBallot, parseQuestion } from '@sotto/storage-node/testing';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Read, type Target } from '../target.ts';
import { counted, mustBeSame } from './kit.ts';

const CHAIN = 'packages/directory/src/chain';
const source: ChainSource = {
  ...{ chainId: 1, contract: `0x${'11'.repeat(20)}`, endpoints: ['https://one.example/'], agree: 1 },
  ...{ finality: 'finalized', subnets: 'ignore' },
};
const BLOCK = { number: '0x10', hash: `0x${'ab'.repeat(32)}`, timestamp: '0x6b000000' };

const word = (value: bigint | string): string =>
  typeof value === 'string' ? value.padStart(64, '0') : value.toString(16).padStart(64, '0');

/** One node, one coming: as a chain answers of a registry that has no more. */
function pages(): { readonly summary: string; readonly nodes: string; readonly journal: string } {
  const pair = ed25519KeyPair(sha256(utf8('sotto fuzz registry')));
  const [operator, voteKey] = ['22'.repeat(20), '33'.repeat(20)];
  const text = registrationText({
    ...{ ...source, operator: `0x${operator}`, voteKey: `0x${voteKey}`, ed25519: pair.publicKey },
  });
  const proof = toHex(ed25519Sign(pair.secretKey, text));
  const entry = [
    ...[toHex(pair.publicKey), proof.slice(0, 64), proof.slice(64), operator, 1n, voteKey],
    ...[0x7f000001n, 22_021n, 0n, 1n, 5n, 0n, 1n],
  ];
  return {
    summary: [1n, 1n, 1n, 0n].map(word).join(''),
    nodes: [0x20n, 1n, ...entry].map(word).join(''),
    journal: [0x20n, 1n, (1n << 248n) | (5n << 192n) | (1n << 128n)].map(word).join(''),
  };
}

const whole = pages();

/** A chain that answers everything rightly but one page. */
function answering(page: keyof typeof whole, hex: string): AskEndpoint {
  return async (_, body) => {
    const { method, params } = JSON.parse(body) as { method: string; params: [{ data?: string }] };
    if (method === 'eth_chainId') return JSON.stringify({ result: '0x1' });
    if (method === 'eth_getBlockByNumber') return JSON.stringify({ result: BLOCK });
    // A page of the journal is longer than one of nodes: its arguments tell them apart.
    const data = params[0].data ?? '';
    const asked = data.length === 10 ? 'summary' : data.endsWith(word(1000n)) ? 'journal' : 'nodes';
    return JSON.stringify({ result: `0x${asked === page ? hex : whole[asked]}` });
  };
}

function judge(reading: RegistryReading): Read {
  if (reading.outcome === 'no-agreement') return 'refused';
  // The proof was made by the key of the one entry, which is all that can be listed.
  if (reading.directory.nodes.length > 1) throw new Broken('a node is listed that nobody registered');
  return 'taken';
}

const VIEWS = ['endpoint', 'registry-views', 'journal', 'list-nodes', 'registration-text'].map(
  (name) => `${CHAIN}/${name}.ts`,
);

/** What chains and nodes say of a registry. */
export const registryTargets: readonly Target[] = [
  {
    name: 'chain-source',
    covers: [`${CHAIN}/source.ts`],
    form: 'json',
    refuses: [DirectoryError],
    words: ['https://', 'http://127.0.0.1', 'finalized', 'confirmations'],
    open: () => ({
      seeds: [source, { ...source, finality: { confirmations: 3 } as const }].map((one) =>
        fromText(formatChainSource(one)),
      ),
      read: (input) => {
        const read = parseChainSource(toText(input));
        mustBeSame(
          parseChainSource(formatChainSource(read)),
          read,
          'a source reads otherwise when written again',
        );
        return 'taken';
      },
    }),
  },
  {
    name: 'chain-endpoint',
    covers: VIEWS,
    form: 'json',
    refuses: [],
    words: ['result', 'jsonrpc', '0x', 'number', 'hash', 'timestamp'],
    open: () => ({
      seeds: [utf8(JSON.stringify({ jsonrpc: '2.0', id: 1, result: BLOCK }))],
      read: async (input) => {
        // What is not asked for here is answered rightly, or nothing behind it would ever be reached.
        const right = answering('nodes', whole.nodes);
        const ask: AskEndpoint = (url, body, limits) =>
          body.includes('eth_getBlockByNumber') ? Promise.resolve(toText(input)) : right(url, body, limits);
        return judge(await readRegistry({ source, ask }));
      },
    }),
  },
  ...(['summary', 'nodes', 'journal'] as const).map(
    (page): Target => ({
      name: `chain-${page}`,
      covers: VIEWS,
      form: 'bytes',
      refuses: [],
      open: () => ({
        seeds: [Uint8Array.from(Buffer.from(whole[page], 'hex'))],
        read: async (input) => judge(await readRegistry({ source, ask: answering(page, toHex(input)) })),
      }),
    }),
  ),
  {
    name: 'node-ballot',
    covers: ['packages/storage-node/src/registry/ballot.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: [
        formatBallot({ node: 3n, epoch: 2n ** 64n - 1n, reason: 1, signature: `0x${'ab'.repeat(65)}` }),
      ],
      read: (input) => {
        const ballot = parseBallot(input);
        if (ballot === undefined) return 'refused';
        mustBeSame(parseBallot(formatBallot(ballot)), ballot, 'a ballot reads otherwise when written again');
        return 'taken';
      },
    }),
  },
  {
    name: 'node-holds',
    covers: ['packages/storage-node/src/reachability/holds.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: [
        formatQuestion({
          mailbox: concatBytes(Uint8Array.of(5), counted(32)),
          hash: 'h',
          nonce: counted(32),
        }),
      ],
      read: (input) => {
        const question = parseQuestion(input);
        if (question === undefined) return 'refused';
        const again = parseQuestion(formatQuestion(question));
        mustBeSame(again, question, 'a question reads otherwise when written again');
        return 'taken';
      },
    }),
  },
];
