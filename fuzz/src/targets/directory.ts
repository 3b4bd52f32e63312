import { utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519PublicToX25519, sha256 } from '@sotto/crypto';
import {
  acceptList,
  DirectoryError,
  type DirectoryNode,
  decodeSignedList,
  describeNode,
  encodeSignedList,
  formatListFile,
  kindOfAddress,
  newList,
  parseListFile,
  parseNodeFile,
  parseServiceNodes,
  type SignedList,
  seenList,
  signList,
} from '@sotto/directory';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { mustBeExact, mustBeSame } from './kit.ts';

const LIST = [
  'packages/directory/src/decode-list.ts',
  'packages/directory/src/check-list.ts',
  'packages/directory/src/address.ts',
];
const FILE = [
  'packages/directory/src/list-file.ts',
  'packages/directory/src/node-file.ts',
  'packages/directory/src/parse-json-text.ts',
];

const pair = (name: string) => ed25519KeyPair(sha256(utf8(`sotto fuzz ${name}`)));

function node(number: number): DirectoryNode {
  const ed25519 = pair(`node ${number}`).publicKey;
  const x25519 = ed25519PublicToX25519(ed25519);
  if (x25519 === undefined) throw new Error('not a key');
  return {
    ip: `127.7.${number}.1`,
    httpsPort: 22_021,
    omqPort: 0,
    ed25519,
    x25519,
    swarm: BigInt(number % 3),
  };
}

const signer = pair('signer');

/** Lists of a small network, with one signer and with two. */
function lists(): readonly SignedList[] {
  const nodes = Array.from({ length: 5 }, (_, index) => node(index + 1));
  const request = { threshold: 1, subnets: 'ignore', now: 1_790_000_000_000, nodes } as const;
  const one = newList({ ...request, signers: [signer.publicKey] });
  const two = newList({ ...request, signers: [signer.publicKey, pair('other').publicKey] });
  return [one, signList(one, signer.secretKey), signList(two, signer.secretKey)];
}

/** What a seed says of so many nodes. */
function serviceNodes(count: number): string {
  const states = Array.from({ length: count }, (_, index) => {
    const { ip, httpsPort, omqPort, ed25519, x25519, swarm } = node(index + 1);
    const [one, other] = [ed25519, x25519].map((key) => Buffer.from(key).toString('hex'));
    const keys = `"pubkey_ed25519":"${one}","pubkey_x25519":"${other}"`;
    return `{"public_ip":"${ip}","storage_port":${httpsPort},"storage_lmq_port":${omqPort},${keys},"swarm_id":${swarm}}`;
  });
  return `{"result":{"service_node_states":[${states.join()}],"status":"OK"}}`;
}

/** Who the storage nodes are: told by relays, nodes, friends and files. */
export const directoryTargets: readonly Target[] = [
  {
    name: 'directory-list',
    covers: LIST,
    form: 'bytes',
    refuses: [DirectoryError],
    open: () => ({
      seeds: lists().map(encodeSignedList),
      read: (input) => mustBeExact(input, encodeSignedList(decodeSignedList(input))),
    }),
  },
  {
    name: 'directory-accept',
    covers: [...LIST, 'packages/directory/src/accept-list.ts', 'packages/directory/src/verify-list.ts'],
    form: 'bytes',
    refuses: [],
    open: () => {
      const [, pinned] = lists();
      const seeds = lists().map(encodeSignedList);
      return {
        seeds,
        read: (input) => {
          const { outcome } = acceptList({ ...(pinned && { pinned }), incoming: input });
          // Nothing here was signed again, so nothing new can be believed.
          if (outcome === 'accepted') throw new Broken('a list that nobody has signed is believed');
          return outcome === 'malformed' ? 'refused' : 'taken';
        },
      };
    },
  },
  {
    name: 'directory-file',
    covers: FILE,
    form: 'json',
    refuses: [DirectoryError],
    words: ['signers', 'threshold', 'distinct', 'ignore', '18446744073709551615', '99999999999999999999'],
    open: () => ({
      seeds: lists().map((list) => fromText(formatListFile(list))),
      read: (input) => {
        const signed = parseListFile(toText(input));
        mustBeSame(
          parseListFile(formatListFile(signed)),
          signed,
          'a list reads otherwise when written again',
        );
        return mustBeExact(
          encodeSignedList(signed),
          encodeSignedList(decodeSignedList(encodeSignedList(signed))),
        );
      },
    }),
  },
  {
    name: 'service-nodes',
    covers: ['packages/directory/src/parse-service-nodes.ts'],
    form: 'json',
    refuses: [DirectoryError],
    words: [
      'service_node_states',
      'swarm_id',
      'swarm',
      '18446744073709551614',
      '0.0.0.0',
      'fffffffffffffffe',
    ],
    open: () => ({
      seeds: [1, 3].map((count) => fromText(serviceNodes(count))),
      read: (input) => {
        const nodes = parseServiceNodes(utf8(toText(input)), 'ignore');
        // What is read keeps the rules of a list, or it could not be gone by.
        encodeSignedList(seenList({ nodes, subnets: 'ignore', now: 1_790_000_000_000 }));
        return 'taken';
      },
    }),
  },
  {
    name: 'node-file',
    covers: FILE,
    form: 'json',
    refuses: [DirectoryError],
    open: () => ({
      seeds: [1, 2].map((number) => fromText(JSON.stringify(describeNode(node(number))))),
      read: (input) => {
        const read = parseNodeFile(toText(input));
        mustBeSame(
          parseNodeFile(JSON.stringify(describeNode(read))),
          read,
          'a node reads otherwise when written again',
        );
        if (kindOfAddress(read.ip) === undefined) throw new Broken('an address that is none');
        return 'taken';
      },
    }),
  },
];
