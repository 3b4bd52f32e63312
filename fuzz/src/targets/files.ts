import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@sotto/bytes';
import { DevnetError } from '@sotto/devnet';
import { readLayout } from '@sotto/devnet/testing';
import { RelayError } from '@sotto/relay';
import { loadSecrets } from '@sotto/relay/testing';
import { initNode, StorageNodeError } from '@sotto/storage-node';
import { readNode } from '@sotto/storage-node/testing';
import { createProfileKey, StoreError, unlockProfileKey } from '@sotto/store-sqlite';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type ErrorClass, type Form, type Read, type Target } from '../target.ts';
import { counted } from './kit.ts';

/** More than this is what the file may ask for by its own rules, not what a reader should be blamed for. */
const CHEAP_MEMORY = 64 * 1024;
const COST = { memoryBytes: 8 * 1024, passes: 1 };

/** Files of ours that are no database: keys, secrets, addresses, what a devnet remembers. */
export const fileTargets: readonly Target[] = [
  fileTarget({
    name: 'file-profile-key',
    file: 'key.json',
    covers: ['packages/store-sqlite/src/wrap-key.ts', 'packages/store-sqlite/src/profile-key.ts'],
    form: 'json',
    refuses: [StoreError],
    words: ['memory_bytes', 'passes', 'salt', 'nonce', 'wrapped', 'kdf', 'v'],
    seeds: async (folder) => {
      rmSync(folder, { recursive: true, force: true });
      createProfileKey({ folder, passphrase: 'open sesame', cost: COST });
      return [readFileSync(join(folder, 'key.json'))];
    },
    read: (folder, input) => {
      if (isCostly(toText(input))) return 'refused';
      const key = unlockProfileKey({ folder, passphrase: 'open sesame' });
      if (key.expose().length !== 32) throw new Broken('a key of another length');
      return 'taken';
    },
  }),
  fileTarget({
    name: 'file-plain-key',
    file: 'key',
    covers: ['packages/store-sqlite/src/profile-key.ts'],
    form: 'bytes',
    refuses: [StoreError],
    seeds: async () => [counted(32)],
    read: (folder) => (unlockProfileKey({ folder }).expose().length === 32 ? 'taken' : 'refused'),
  }),
  fileTarget({
    name: 'file-relay-secrets',
    file: 'secrets.json',
    covers: ['packages/relay/src/secrets/relay-secrets.ts'],
    form: 'json',
    refuses: [RelayError],
    seeds: async () => {
      const text = toBase64(counted(32));
      return [
        fromText(
          JSON.stringify({
            zk_params: text,
            issue_seed: text,
            certificate_root: text,
            certificate_key: text,
            onion_key: text,
          }),
        ),
      ];
    },
    read: (folder) => {
      const { onionKey } = loadSecrets(folder) ?? {};
      if (onionKey !== undefined && onionKey.expose().length !== 32)
        throw new Broken('a key of another length');
      return 'taken';
    },
  }),
  fileTarget({
    name: 'file-node',
    file: 'node.json',
    covers: ['packages/storage-node/src/data/node-keys.ts'],
    form: 'json',
    refuses: [StorageNodeError],
    seeds: async (folder) => {
      await initNode({ data: folder, ip: '127.0.0.1', httpsPort: 22_021, omqPort: 0 });
      return [readFileSync(join(folder, 'node.json'))];
    },
    read: (folder) => {
      readNode(folder);
      return 'taken';
    },
  }),
  fileTarget({
    name: 'file-devnet',
    file: 'devnet.json',
    covers: ['packages/devnet/src/layout.ts'],
    form: 'json',
    refuses: [DevnetError],
    words: ['block', 'nodes', 'swarms', 'apps', 'version'],
    seeds: async () => [fromText('{"version":1,"block":7,"nodes":9,"swarms":3,"apps":["alice","bob"]}')],
    read: async (folder): Promise<Read> => {
      const layout = await readLayout(folder);
      if (layout === undefined) throw new Broken('a file that is there is not seen');
      return 'taken';
    },
  }),
];

interface FileTarget {
  readonly name: string;
  readonly file: string;
  readonly covers: readonly string[];
  readonly form: Form;
  readonly refuses: readonly ErrorClass[];
  readonly words?: readonly string[];
  readonly seeds: (folder: string) => Promise<readonly Uint8Array[]>;
  readonly read: (folder: string, input: Uint8Array) => Read | Promise<Read>;
}

/** A file in a folder of its own, written anew for each input. */
function fileTarget({ file, seeds, read, ...rest }: FileTarget): Target {
  return {
    ...rest,
    slow: true,
    longest: 8 * 1024,
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-'));
      const made = await seeds(folder);
      return {
        seeds: made,
        read: (input) => {
          writeFileSync(join(folder, file), input);
          return read(folder, input);
        },
        close: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}

/** The file itself says what a guess costs, up to a gigabyte and a minute, which is as it should be. */
function isCostly(text: string): boolean {
  try {
    const { memory_bytes: memory, passes } = JSON.parse(text) as Record<string, unknown>;
    return Number(memory) > CHEAP_MEMORY || Number(passes) > 4;
  } catch {
    return false;
  }
}
