import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import {
  changePassphrase,
  createProfileKey,
  profileKeyKind,
  StoreError,
  unlockProfileKey,
} from '@sotto/store-sqlite';
import { ensure, type Facts, type Workload } from './workload.ts';

/** The key of a client's store: a passphrase is set, changed and dropped again and again. */
export const profileKeyWorkload: Workload = {
  name: 'profile-key',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    const profile = profileIn(folder);
    const facts = (): Facts => factsOf(profile);
    if (number === 0) await step(() => createProfileKey({ folder: profile }), facts);
    for (let count = 0; count < operations; count++) {
      const from = PASSPHRASES.find((each) => unlock(profile, each) !== undefined);
      const to = random.pick(PASSPHRASES);
      await step(
        () => changePassphrase({ folder: profile, cost: COST, ...withFrom(from), ...withTo(to) }),
        facts,
      );
    }
  },
  revive: async (folder) => {
    const profile = profileIn(folder);
    if (profileKeyKind(profile) === 'none') createProfileKey({ folder: profile });
    return {
      facts: factsOf(profile),
      goOn: async () => {
        const from = PASSPHRASES.find((each) => unlock(profile, each) !== undefined);
        const key = unlock(profile, from);
        ensure(key !== undefined, 'no passphrase opens the key');
        changePassphrase({ folder: profile, cost: COST, ...withFrom(from), to: 'one more' });
        ensure(unlock(profile, 'one more') === key, 'one more change of the passphrase keeps the key');
      },
      close: () => undefined,
    };
  },
  databases: () => [],
};

const profileIn = (folder: string): string => join(folder, 'profile');

/** The least that a key file may ask for: many are opened here. */
const COST = { memoryBytes: 8 * 1024, passes: 1 };

/** `undefined` is none. */
const PASSPHRASES = [undefined, 'first', 'second'] as const;

const withFrom = (from: string | undefined) => (from === undefined ? {} : { from });
const withTo = (to: string | undefined) => (to === undefined ? {} : { to });

/** What opens the key, what it is, and where else it lies, which with a passphrase must be nowhere. */
function factsOf(profile: string): Facts {
  const keys = PASSPHRASES.map((passphrase) => unlock(profile, passphrase));
  const kind = profileKeyKind(profile);
  const [key] = keys.filter((each) => each !== undefined);
  const bare = kind === 'passphrase' && key !== undefined ? filesWith(profile, key) : [];
  return [
    `kind: ${kind}`,
    ...PASSPHRASES.map(
      (passphrase, index) => `with ${passphrase ?? 'no passphrase'}: ${keys[index] ?? 'closed'}`,
    ),
    ...bare.map((name) => `the key lies bare in ${name}`),
  ];
}

/** Undefined when this is not what opens it. A damaged key file is not to be expected. */
function unlock(profile: string, passphrase: string | undefined): string | undefined {
  try {
    const key = unlockProfileKey({ folder: profile, ...(passphrase === undefined ? {} : { passphrase }) });
    // Without a passphrase any is taken, which says nothing.
    return profileKeyKind(profile) === 'plain' && passphrase !== undefined
      ? undefined
      : toHex(key.expose() as Bytes);
  } catch (error) {
    if (error instanceof StoreError && /^(needs|wrong)-passphrase$/.test(error.code)) return undefined;
    throw error;
  }
}

function filesWith(profile: string, key: string): readonly string[] {
  return readdirSync(profile)
    .filter((name) => readFileSync(join(profile, name)).includes(Buffer.from(key, 'hex')))
    .sort();
}
