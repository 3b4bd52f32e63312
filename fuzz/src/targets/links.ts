import { fromBase64Url, toBase64Url, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  formatAccountId,
  formatAci,
  formatContactLink,
  formatInvite,
  formatJoinLink,
  formatNetwork,
  formatRelayUrl,
  IdentityError,
  listWords,
  parseAccountId,
  parseAci,
  parseContactLink,
  parseInvite,
  parseJoinLink,
  parseNetwork,
  parseRelayUrl,
  parseWho,
  seedFromBytes,
  seedToWords,
  whyNoName,
  wordsToSeed,
} from '@sotto/identity';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeSame } from './kit.ts';
import { accountNamed } from './people.ts';

const alice = accountNamed('alice').account;
const relay = { url: 'https://relay.example:8443', key: counted(32) };
const JOIN_NODES = [
  { ip: '93.184.216.34', port: 22021 },
  { ip: '127.0.0.1', port: 1 },
];
const LINK = ['packages/identity/src/link-query.ts', 'packages/identity/src/link-checksum.ts'];
const CONTACT = ['packages/identity/src/contact-link.ts', 'packages/identity/src/account-id.ts', ...LINK];

/** Texts that people paste: IDs, links, network texts, relay URLs, recovery words. */
export const linkTargets: readonly Target[] = [
  textTarget(
    'account-id',
    ['packages/identity/src/account-id.ts'],
    [formatAccountId(alice), formatAccountId(alice).toUpperCase(), ` ${formatAccountId(alice)}\n`],
    (text) => {
      const shown = formatAccountId(parseAccountId(text));
      if (shown !== text.trim().toLowerCase()) throw new Broken('two texts for one account');
    },
  ),
  textTarget('aci', ['packages/identity/src/aci.ts'], ['9d0652a3-dcc3-8d11-975f-74d61598733f'], (text) => {
    mustBeSame(
      parseAci(formatAci(parseAci(text))),
      parseAci(text),
      'an ACI reads otherwise when written again',
    );
  }),
  textTarget(
    'who',
    CONTACT,
    [formatAccountId(alice), formatContactLink({ account: alice, name: 'Ann' })],
    (text) => {
      const contact = parseWho(text);
      mustBeSame(
        parseWho(formatContactLink(contact)),
        contact,
        'a contact reads otherwise when written again',
      );
    },
  ),
  textTarget(
    'contact-link',
    CONTACT,
    [
      formatContactLink({ account: alice }),
      formatContactLink({ account: alice, name: 'Ann é\u{1f468}\u200d\u{1f469} &=?' }),
    ],
    (text) => {
      const contact = parseContactLink(text);
      mustBeSame(
        parseContactLink(formatContactLink(contact)),
        contact,
        'a contact reads otherwise when written again',
      );
    },
  ),
  // Any name at all under a checksum that fits: what somebody with a program of his own can send.
  textTarget(
    'contact-link-name',
    [...CONTACT, 'packages/identity/src/name.ts'],
    ['Ann', 'a\u200db', '%', '\u{1f468}\u200d\u{1f469}', '9\ufe0f\u20e3'],
    (text) => {
      const query = encodeName(text);
      const name = decodeURIComponent(query);
      const link = `sotto://contact/${formatAccountId(alice)}?n=${query}&c=${checksum('sotto contact v1', alice, utf8(name))}`;
      const contact = parseContactLink(link);
      if (contact.name !== name || whyNoName(name) !== undefined) throw new Broken('a name that is none');
      mustBeSame(
        parseContactLink(formatContactLink(contact)),
        contact,
        'a contact reads otherwise when written again',
      );
    },
  ),
  textTarget(
    'join-link',
    ['packages/identity/src/join-link.ts', ...LINK],
    [
      formatJoinLink({
        account: alice,
        name: 'Ann',
        directory: counted(32),
        threshold: 2,
        nodes: JOIN_NODES,
      }),
      formatJoinLink({ account: alice, directory: counted(32), threshold: 1, nodes: JOIN_NODES.slice(1) }),
    ],
    (text) => {
      const link = parseJoinLink(text);
      mustBeSame(
        parseJoinLink(formatJoinLink(link)),
        link,
        'a link to join reads otherwise when written again',
      );
    },
  ),
  textTarget(
    'invite',
    ['packages/identity/src/invite.ts', ...LINK],
    [
      formatInvite({ relay, ticket: counted(32) }),
      formatInvite({ relay: { url: 'http://127.0.0.1:80' }, ticket: counted(128) }),
    ],
    (text) => {
      const invite = parseInvite(text);
      mustBeSame(parseInvite(formatInvite(invite)), invite, 'an invite reads otherwise when written again');
    },
  ),
  textTarget(
    'relay-url',
    ['packages/identity/src/relay-url.ts'],
    [
      formatRelayUrl(relay),
      'http://[::1]:8443',
      'https://xn--bcher-kva.example',
      `HTTPS://A.B:443#key=${toBase64Url(counted(32))}`,
      'http://localhost',
    ],
    (text) => {
      const address = parseRelayUrl(text);
      mustBeSame(
        parseRelayUrl(formatRelayUrl(address)),
        address,
        'a relay reads otherwise when written again',
      );
    },
  ),
  textTarget(
    'network',
    ['packages/identity/src/network.ts', 'packages/identity/src/relay-url.ts'],
    [formatNetwork({ relay, directory: counted(200) }), formatNetwork({ relay }), formatNetwork({})],
    readNetwork,
  ),
  {
    name: 'network-inside',
    covers: ['packages/identity/src/network.ts', 'packages/identity/src/relay-url.ts'],
    form: 'json',
    refuses: [IdentityError],
    words: ['relay', 'directory', 'https://relay.example:8443#key='],
    open: () => ({
      seeds: [formatNetwork({ relay, directory: counted(200) }), formatNetwork({ relay })].map((text) =>
        fromBase64Url(text.split(':')[2] ?? ''),
      ),
      read: (input) => {
        const body = toBase64Url(input);
        readNetwork(`sotto-network:1:${body}:${checksum('sotto network v1', utf8(body))}`);
        return 'taken';
      },
    }),
  },
  {
    name: 'words',
    covers: [
      'packages/identity/src/words-to-seed.ts',
      'packages/identity/src/find-word.ts',
      'packages/identity/src/checksum-word.ts',
    ],
    form: 'text',
    refuses: [],
    words: [' ', '\n', '\u3000', ...listWords().filter((_word, index) => index % 90 === 0)],
    // Looks through the whole list for what may have been meant.
    slow: true,
    open: () => ({
      seeds: [0, 1, 9].map((mark) => fromText(seedToWords(seedFromBytes(counted(32, mark))).join(' '))),
      read: (input) => {
        const read = wordsToSeed(toText(input));
        if (read.outcome === 'error') return 'refused';
        const again = wordsToSeed(seedToWords(read.seed).join(' '));
        if (!read.imported) mustBeSame(again, read, 'words give another seed than they came from');
        return 'taken';
      },
    }),
  },
];

function textTarget(
  name: string,
  covers: readonly string[],
  seeds: readonly string[],
  read: (text: string) => void,
): Target {
  return {
    name,
    covers,
    form: 'text',
    refuses: [IdentityError],
    words: [
      'sotto://contact/',
      'sotto://invite?',
      'sotto-network:1:',
      '&c=',
      '?n=',
      '#key=',
      'ticket=',
      'relay=',
      '05',
    ],
    open: () => ({
      seeds: seeds.map(fromText),
      read: (input) => {
        read(toText(input));
        return 'taken';
      },
    }),
  };
}

function readNetwork(text: string): void {
  const network = parseNetwork(text);
  mustBeSame(parseNetwork(formatNetwork(network)), network, 'a network reads otherwise when written again');
}

/** As it stands in a link; a lone surrogate has no such form. */
function encodeName(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** As the links of this program have it: against accidents, so that anybody can make one. */
function checksum(label: string, ...parts: readonly Uint8Array[]): string {
  const joined = parts.flatMap((part) => [0, ...part]);
  return toHex(sha256(Uint8Array.from([...utf8(label), ...joined])).subarray(0, 4));
}
