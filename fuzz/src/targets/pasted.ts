import { fingerprintProxy } from '@sotto/app-daemon/testing';
import {
  diagnosePhrase,
  fromBase64Url,
  joinPhrase,
  makeWordList,
  readInvite,
  readWho,
  splitPhrase,
  toBase64Url,
} from '@sotto/app-web/testing';
import {
  formatAccountId,
  formatContactLink,
  formatInvite,
  listWords,
  parseInvite,
  seedFromBytes,
  seedToWords,
} from '@sotto/identity';
import { NetError, parseProxy } from '@sotto/net-node';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeSame } from './kit.ts';
import { accountNamed } from './people.ts';

const alice = accountNamed('alice').account;

/** What is pasted into the page, and the proxy that a user names. */
export const pastedTargets: readonly Target[] = [
  {
    name: 'page-who',
    covers: ['apps/web/src/share/read-who.ts'],
    form: 'text',
    refuses: [],
    words: ['sotto://contact/', 'sotto://invite', 'sotto-network:', '?n=', '05'],
    open: () => ({
      seeds: [
        formatAccountId(alice),
        formatContactLink({ account: alice, name: 'Ann' }),
        `look: ${formatContactLink({ account: alice })} ok`,
        formatAccountId(alice).replace(/(.{6})/g, '$1 '),
      ].map(fromText),
      read: (input) => {
        const pasted = readWho(toText(input));
        if (pasted.kind !== 'who') return 'refused';
        if (!/^05[0-9a-f]{64}$/.test(pasted.account)) throw new Broken('an account ID that is none');
        return 'taken';
      },
    }),
  },
  {
    name: 'page-invite',
    covers: ['apps/web/src/first-run/network/read-invite.ts', 'apps/web/src/contact/base64url.ts'],
    form: 'text',
    refuses: [],
    words: ['sotto://invite?', 'relay=', 'ticket=', '&c='],
    slow: true,
    open: () => ({
      seeds: [
        formatInvite({ relay: { url: 'https://relay.example', key: counted(32) }, ticket: counted(32) }),
      ].map(fromText),
      read: async (input) => {
        const invite = await readInvite(toText(input));
        if (invite === undefined) return 'refused';
        mustBeSame(fromBase64Url(invite.ticket)?.length !== 0, true, 'an invite without a ticket');
        parseInviteOrNot(toText(input));
        return 'taken';
      },
    }),
  },
  {
    name: 'page-words',
    covers: ['apps/web/src/first-run/words/phrase.ts', 'apps/web/src/first-run/words/word-list.ts'],
    form: 'text',
    refuses: [],
    words: ['1.', '12)', ',', ';', '\n', '\u3000', 'ß', 'İ'],
    longest: 4_096,
    slow: true,
    open: () => {
      const phrase = seedToWords(seedFromBytes(counted(32)));
      // A part of the list: each word that is not in it is compared with all of them, and it is the splitting that is read.
      const list = makeWordList(listWords().filter((word, at) => at % 16 === 0 || phrase.includes(word)));
      return {
        seeds: [phrase.join(' '), '1. abbey\n2. abducts\n3. xyz'].map(fromText),
        read: (input) => {
          const text = toText(input);
          for (const { word, start, end } of splitPhrase(text)) {
            if (text.slice(start, end).normalize('NFKC').toLowerCase() !== word)
              throw new Broken('a word that stands elsewhere');
          }
          joinPhrase(text);
          const { complete } = diagnosePhrase(text, list);
          return complete ? 'taken' : 'refused';
        },
      };
    },
  },
  {
    name: 'page-base64url',
    covers: ['apps/web/src/contact/base64url.ts'],
    form: 'text',
    refuses: [],
    open: () => ({
      seeds: [0, 1, 2, 3, 60].map((length) => fromText(toBase64Url(counted(length)))),
      read: (input) => (fromBase64Url(toText(input)) === undefined ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'proxy',
    covers: ['packages/net-node/src/proxy.ts', 'apps/daemon/src/proxy-choice.ts'],
    form: 'text',
    refuses: [NetError],
    words: ['http://', 'socks5://', 'socks5h://', '@', ':', '%40', '[::1]', '1080'],
    open: () => ({
      seeds: [
        'http://user:pass@proxy.example:3128',
        'socks5://127.0.0.1:9050',
        'SOCKS5H://[::1]:1080/',
        'http://a%40b:%C3%A9@h:1',
      ].map(fromText),
      read: (input) => {
        const text = toText(input);
        const { host, port } = parseProxy(text);
        // What can be dialled through must have a name to be told apart by.
        fingerprintProxy(text);
        if (Number(new URL(text.trim()).port || 80) !== port)
          throw new Broken('another place than the URL parser reads');
        if (host === '' || port < 1 || port > 65_535) throw new Broken('an address that is none');
        return 'taken';
      },
    }),
  },
];

/** The page's reader and the owner's need not agree, but neither may fail in another way than in words. */
function parseInviteOrNot(text: string): void {
  try {
    parseInvite(text);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'IdentityError') throw error;
  }
}
