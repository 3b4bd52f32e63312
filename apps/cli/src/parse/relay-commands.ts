import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { type FlagReader, readNamed } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { TurnChoice } from './invocation.ts';
import { readAddress } from './read-address.ts';
import { readBlobs } from './read-blobs.ts';
import { readCodes } from './read-codes.ts';
import { readOperation } from './read-operation.ts';
import { readAci } from './values.ts';

export function defineRelayCommands(root: Command, sink: Sink): void {
  const relay = root.command('relay').description('run a relay of your own');
  defineCommand(
    relay,
    {
      name: 'serve',
      about: 'run a relay until it is told to end',
      flags: [
        flags.data,
        flags.listen,
        flags.publicUrl,
        flags.registration,
        flags.sms,
        flags.smsUrl,
        flags.smsService,
        flags.smsSecretFile,
        flags.smsPerHour,
        flags.smsBeyondLoopback,
        flags.tlsCert,
        flags.tlsKey,
        flags.tlsByProxy,
        flags.database,
        flags.bus,
        flags.blobs,
        flags.blobsLimit,
        flags.blobsEndpoint,
        flags.blobsRegion,
        flags.blobsSecretFile,
        flags.turn,
        flags.turnSecretFile,
        flags.coturn,
        flags.coturnPublic,
        flags.trustedProxy,
        flags.remoteConfig,
        flags.metricsListen,
        flags.json,
      ],
      configurable: true,
      examples: [
        'relay serve --data ./relay --listen 127.0.0.1:8443',
        'relay serve --data ./relay --listen 0.0.0.0:443 --public https://relay.example --json',
        'relay serve --data ./relay --listen 10.0.0.1:8443 --public https://relay.example --trusted-proxy 10.0.0.2',
        'relay serve --data ./relay --listen 127.0.0.1:8080 --public https://relay.example --tls-by-proxy',
      ],
      make: (read) => ({
        command: 'relay serve',
        json: read.isOn(flags.json),
        data: read.required(flags.data),
        listen: read.required(flags.listen),
        registration: read.optional(flags.registration) ?? 'invite',
        ...readCodes(read),
        ...readAddress(read),
        ...readShared(read),
        ...readBlobs(read),
        ...readTurn(read),
        ...readRemoteConfig(read),
        ...readOperation(read),
      }),
    },
    sink,
  );
  defineCommand(
    relay,
    {
      name: 'invite',
      about: 'print an invite that lets one account register',
      flags: [flags.data, flags.database, flags.presentation, flags.json],
      examples: ['relay invite --data ./relay', 'relay invite --data ./relay --json'],
      make: (read) => ({
        command: 'relay invite',
        json: read.isOn(flags.json),
        data: read.required(flags.data),
        presentation: read.isOn(flags.presentation),
        ...readDatabase(read),
      }),
    },
    sink,
  );
  defineCommand(
    relay,
    {
      name: 'backup',
      about: 'copy the data of a relay to a new folder, also while it runs',
      flags: [flags.data, flags.database, flags.backupTo, flags.json],
      examples: ['relay backup --data ./relay --to ./backup-of-today'],
      make: (read) => ({
        command: 'relay backup',
        json: read.isOn(flags.json),
        data: read.required(flags.data),
        to: read.required(flags.backupTo),
        ...readDatabase(read),
      }),
    },
    sink,
  );
  defineCommand(
    relay,
    {
      name: 'restore',
      about: 'make the folder of a relay from a backup',
      flags: [flags.backupFrom, flags.data, flags.database, flags.json],
      examples: ['relay restore --from ./backup-of-today --data ./relay'],
      make: (read) => ({
        command: 'relay restore',
        json: read.isOn(flags.json),
        from: read.required(flags.backupFrom),
        data: read.required(flags.data),
        ...readDatabase(read),
      }),
    },
    sink,
  );
  defineCommand(
    relay,
    {
      name: 'ledger',
      about: 'print all that the relay holds about an account',
      args: [
        { name: 'aci', about: 'the number of the account at relays, as `sotto account show` prints it' },
      ],
      flags: [flags.data, flags.database, flags.json],
      examples: ['relay ledger --data ./relay 01234567-89ab-8def-8123-456789abcdef'],
      make: (read, [aci = '']) => ({
        command: 'relay ledger',
        json: read.isOn(flags.json),
        data: read.required(flags.data),
        aci: readNamed('<aci>', readAci, aci),
        ...readDatabase(read),
      }),
    },
    sink,
  );
}

function readDatabase(read: FlagReader): { readonly database?: string } {
  const database = read.optional(flags.database);
  return database === undefined ? {} : { database };
}

function readShared(read: FlagReader): { readonly database?: string; readonly bus?: string } {
  const bus = read.optional(flags.bus);
  const shared = readDatabase(read);
  if (bus === undefined) return shared;
  if (shared.database !== undefined) return { ...shared, bus };
  throw new CliError('usage', '--bus belongs to --database', 'one relay by itself has nobody to wake');
}

function readTurn(read: FlagReader): { readonly turn?: TurnChoice } {
  const [urls, secretFile] = [read.optional(flags.turn), read.optional(flags.turnSecretFile)];
  const [listen, publicIp] = [read.optional(flags.coturn), read.optional(flags.coturnPublic)];
  if (listen === undefined && publicIp !== undefined) {
    throw new CliError('usage', '--coturn-public belongs to --coturn', 'give both, or neither');
  }
  if (listen !== undefined && (urls !== undefined || secretFile !== undefined)) {
    throw new CliError(
      'usage',
      '--coturn and --turn exclude each other',
      'run coturn here, or name your own',
    );
  }
  if (listen !== undefined) return { turn: { listen, ...(publicIp !== undefined && { publicIp }) } };
  if (urls === undefined && secretFile === undefined) return {};
  if (urls !== undefined && secretFile !== undefined) return { turn: { urls, secretFile } };
  throw new CliError('usage', '--turn and --turn-secret-file belong together', 'give both or neither');
}

function readRemoteConfig(read: FlagReader): { readonly remoteConfig?: Readonly<Record<string, string>> } {
  const remoteConfig = read.optional(flags.remoteConfig);
  return remoteConfig === undefined ? {} : { remoteConfig };
}
