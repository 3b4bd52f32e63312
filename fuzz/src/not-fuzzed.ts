/** Files that read bytes or text and have no target, each with the reason. A test holds this against the tree. */
export const NOT_FUZZED: ReadonlyMap<string, string> = new Map([
  // Of our own making, in the same process or from a child of ours.
  ['apps/cli/src/programs/devnet-detach.ts', 'reads one line of a child that it has started itself'],
  ['apps/cli/src/programs/devnet-supervisor.ts', 'reads addresses that it has just made'],
  ['packages/devnet/src/prepare-nodes.ts', 'reads what the nodes that it has just made say of themselves'],
  ['packages/devnet/src/server-process.ts', 'reads the ready line of a child that it has started itself'],
  ['packages/devnet/src/chain/prepare-chain.ts', 'reads a chain that it has started itself'],
  ['packages/directory/src/encode-list.ts', 'writes'],
  ['packages/storage-node/src/rpc/active-nodes.ts', 'writes'],
  ['packages/directory/src/swarm-for.ts', 'computes over keys that were checked before'],
  ['packages/identity/src/seed-to-words.ts', 'writes'],
  ['packages/onion/src/paths/pick-node.ts', 'draws random numbers'],
  ['packages/oxenmq/src/accept.ts', 'a constant in hexadecimal; what comes is for libzmq'],
  ['packages/oxenmq/src/z85.ts', 'writes keys of the directory for libzmq'],
  ['packages/storage-node/src/omq/serve-node.ts', 'the name of a method, then the readers of OxenMQ (omq-*)'],
  ['packages/ratchet-libsignal/src/engine.ts', 'draws random numbers'],
  ['packages/ratchet-libsignal/src/key-ids.ts', 'draws random numbers'],
  ['apps/web/src/index.ts', 'names a folder'],
  ['packages/relay/src/listening-address.ts', 'reads its own address'],
  ['packages/blobs/src/s3/s3-client.ts', 'writes'],
  ['packages/test-servers/src/start-swift.ts', 'names a file'],
  // Settings of whoever runs it.
  ['apps/cli/src/programs/node-registry.ts', 'takes 64 digits of hexadecimal and nothing else'],
  ['packages/storage-node/src/registry/vote-key.ts', 'takes 64 digits of hexadecimal and nothing else'],
  ['packages/storage-node/src/registry/registry-file.ts', 'the node’s own file, and none when it is damaged'],
  ['packages/relay/src/sms/create-code-sender.ts', 'a URL of the operator’s'],
  ['apps/cli/src/programs/directory/signing-key.ts', 'takes 64 digits of hexadecimal and nothing else'],
  ['apps/cli/src/parse/config-file.ts', 'settings in JSON, of whoever runs it'],
  ['apps/cli/src/parse/shown-url.ts', 'a URL of the operator’s, shown by URL or not at all'],
  ['packages/bus/src/nats-url.ts', 'a URL of the operator’s, taken by URL and a list of what it may have'],
  ['packages/database/src/postgres/postgres-url.ts', 'a URL of the operator’s, with properties of its own'],
  ['packages/database/src/split-statement.ts', 'SQL that stands in our own source'],
  [
    'packages/operation/src/backup/manifest.ts',
    'a backup that the operator has made, and JSON that zod reads',
  ],
  ['packages/relay/src/calls/devices/seal-time.ts', 'writes'],
  ['packages/relay/src/socket/provisioning-address.ts', 'draws random numbers'],
  [
    'packages/relay/src/calls/devices/wait-for-linked-device.ts',
    'has no body, and would wait for every input',
  ],
  [
    'packages/relay/src/ledger/read-ledger.ts',
    'columns that our own schema declares, of the relay’s own database',
  ],
  [
    'packages/relay/src/shared/bells.ts',
    'a fixed length, with a tag that only the relay’s own processes can make',
  ],
  // Behind a reader that is a target.
  ['packages/storage-node/src/registry/open-registry.ts', 'parseChainSource and readRegistry (chain-*)'],
  ['packages/directory/src/chain/wallet.ts', 'JSON that viem reads; whatever goes wrong is one ChainError'],
  ['apps/daemon/src/make-roads.ts', 'URLs that parseRelayUrl has taken (relay-url)'],
  ['packages/transport-relay/src/choose-relay.ts', 'URLs that the record’s reader has taken (record-signed)'],
  ['apps/daemon/src/commands/contacts.ts', 'base64url, then the safety code (base64url, safety-code)'],
  [
    'apps/web/src/contact/compare-dialog.tsx',
    'base64url, then the safety code (page-base64url, safety-code)',
  ],
  ['apps/web/src/chats/highlight.ts', 'marks places that the owner of the profile has told (local-event)'],
  [
    'packages/client/src/inbox/open-envelope.ts',
    'hands over to the ratchet and to readContent (seal, ratchet-*, content-said)',
  ],
  ['packages/transport-onion/src/asker.ts', 'parseJson and the parsers of answers (storage-reply-*)'],
  [
    'packages/transport-onion/src/guard-door.ts',
    'parseJson and the parsers of answers (storage-reply-info, -directory)',
  ],
  ['packages/transport-onion/src/travel.ts', 'opens answers (onion-answer, onion-answer-inside)'],
  // The client’s own encrypted store, which nobody else can write.
  ['packages/client/src/core/health-memory.ts', 'at most 16 digits of its own store'],
  ['packages/ratchet-libsignal/src/decode-record.ts', 'rows of the encrypted store, told as corrupt state'],
  ['packages/ratchet-libsignal/src/identity-key.ts', 'keys of the encrypted store'],
  ['packages/ratchet-libsignal/src/identity-store.ts', 'keys of the encrypted store'],
  [
    'packages/relay/src/secrets/receipts.ts',
    'receipts by zkgroup, asked through the relay’s own door (relay-socket)',
  ],
  ['packages/relay/src/secrets/sender-certificates.ts', 'keys of its own secrets file (file-relay-secrets)'],
  ['packages/relay/src/store/accounts.ts', 'columns of its own database'],
  ['packages/relay/src/store/verifications.ts', 'what it has sealed itself, and opens only so'],
  [
    'packages/relay/src/sms/twilio-sender.ts',
    'one member of an answer of 64 KiB at most, and anything else is none (packages/relay/test/code-senders.test.ts)',
  ],
  // Keys of others as libsignal reads them, on the way out.
  [
    'packages/ratchet-libsignal/src/encrypt.ts',
    'bundles whose keys the record or the relay’s reply held (relay-reply-keys)',
  ],
  [
    'packages/ratchet-libsignal/src/first-message.ts',
    'bundles whose keys the record or the relay’s reply held (relay-reply-keys)',
  ],
  ['packages/ratchet-libsignal/src/seal.ts', 'writes'],
]);
