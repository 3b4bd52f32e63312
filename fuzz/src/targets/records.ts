import { BytesError, equalBytes, utf8 } from '@sotto/bytes';
import { acceptRecord, checkSafetyQr, IdentityError, readRecord, safetyNumber } from '@sotto/identity';
import { Broken, type Target } from '../target.ts';
import { mustBeExact } from './kit.ts';
import { accountNamed, NOW, pageOf, recordsOf, signPage, wrapAgain } from './people.ts';

const COVERS = [
  'packages/identity/src/open-record.ts',
  'packages/identity/src/decode-record.ts',
  'packages/identity/src/read-record.ts',
];

/** Account records: as a relay or a swarm shows them, and as somebody would sign them who has the keys. */
export const recordTargets: readonly Target[] = [
  {
    name: 'record',
    covers: COVERS,
    form: 'protobuf',
    refuses: [],
    open: () => {
      const alice = accountNamed('alice');
      const { first, second } = recordsOf(alice);
      return {
        seeds: [first, second],
        read: (input) => {
          const read = readRecord(input, alice.account);
          if (read.outcome !== 'read') return 'refused';
          // The page is signed, its wrapping is not, and so must have one form.
          const page = pageOf(input);
          if (![first, second].some((own) => equalBytes(pageOf(own), page)))
            throw new Broken('a page that nobody signed');
          return mustBeExact(input, wrapAgain(input));
        },
      };
    },
  },
  {
    name: 'record-signed',
    covers: [...COVERS, 'packages/identity/src/accept-record.ts'],
    form: 'protobuf',
    refuses: [],
    slow: true,
    open: () => {
      const alice = accountNamed('alice');
      const { first, second } = recordsOf(alice);
      return {
        seeds: [pageOf(first), pageOf(second)],
        read: (input) => {
          const by = (input.length & 1) === 0 ? 'recovery' : 'device';
          const incoming = signPage(alice, input, by);
          const { outcome } = acceptRecord({
            account: alice.account,
            now: NOW + 200_000,
            pinned: first,
            incoming,
          });
          return outcome === 'accepted' || outcome === 'same' ? 'taken' : 'refused';
        },
      };
    },
  },
  {
    name: 'safety-code',
    covers: ['packages/identity/src/safety-number.ts'],
    form: 'protobuf',
    refuses: [IdentityError, BytesError],
    longest: 400,
    // Comparing costs ten thousand hashes by design, for what looks like a code.
    slow: true,
    open: () => {
      const [alice, bob] = [accountNamed('alice').account, accountNamed('bob').account];
      const own = safetyNumber(bob, alice).qr;
      return {
        seeds: [own, safetyNumber(alice, bob).qr, utf8('sotto')],
        read: (input) => {
          const found = checkSafetyQr(input, alice, bob);
          if (found === 'match' && !Buffer.from(input).equals(Buffer.from(own)))
            throw new Broken('two codes match');
          return found === 'malformed' || found === 'other-version' ? 'refused' : 'taken';
        },
      };
    },
  },
];
