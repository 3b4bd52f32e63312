export const network = {
  title: 'Network',
  refresh: 'Refresh',
  refreshed: 'Read again',
  unread: 'How this account is connected could not be read.',
  dot: {
    all: 'all roads are well',
    some: 'only one road is well',
    none: 'no road answers',
  },
  banner: {
    replaced:
      'This account was restored on another device, or deleted. Nothing can be sent or received here any more. What is here can still be read; to go on here, restore the account from its words.',
    elsewhere:
      'Another program uses this very device. Close one of the two: a profile that runs in two places loses messages.',
    'wrong-relay-key':
      'The relay shows another key than its address says: somebody may stand in between. Nothing is sent to it. Chats that may take the onion road go on by it.',
    'untrusted-relay':
      'No known authority vouches for the relay, so nothing is sent to it. Chats that may take the onion road go on by it.',
    'all-down':
      'No road answers well. You can read and write: what you send waits here and leaves by itself. Check this computer’s connection.',
    'relay-down':
      'The relay does not answer well. Automatic chats go on by the onion road; chats set to relay wait.',
    'onion-down':
      'The onion road does not answer well. Automatic chats go on by the relay; chats set to onion wait and take no other road.',
    'both-behind-onion':
      'The onion network does not answer well, and you have the relay asked through it too. What you send waits here and leaves by itself; mail from the relay still comes in.',
    'only-relay-down':
      'The relay does not answer well. You can read and write: what you send waits here and leaves by itself.',
    'only-onion-down':
      'The onion road does not answer well. You can read and write: what you send waits here and leaves by itself.',
    look: 'Look at the network',
  },
  subtitle: {
    label: '{{way}}. Show the way that messages take.',
    relay: 'Relay',
    relayAfar: 'Relay, through the onion network',
    onion: 'Onion',
    auto: 'Automatic: {{way}}',
    latency: '{{way}} · {{ms}} ms',
    hops_one: '{{way}} · {{count}} hop',
    hops_other: '{{way}} · {{count}} hops',
    relayWaits: 'Relay: waits, the relay does not answer',
    relayAfarWaits: 'Relay: waits, the onion network before it does not answer',
    onionWaits: 'Onion: waits, the onion road does not answer',
    autoWaits: 'Automatic: waits, no road answers',
    relayComing: 'Relay: connecting…',
    relayAfarComing: 'Relay: connecting through the onion network…',
    onionComing: 'Onion: connecting…',
    autoComing: 'Automatic: connecting…',
  },
  path: {
    title: 'The way of your messages',
    relayTitle: 'By the relay',
    onionTitle: 'By the onion road',
    ask: 'For sending and looking up',
    server: 'To a relay, through the onion network',
    mailbox: 'From your mailbox {{number}}',
    other: 'Another path',
    you: 'You',
    youAre: 'This device',
    guard: 'Guard',
    middle: 'Middle hop',
    exit: 'Last hop',
    destination: 'Destination',
    destinationOf: {
      ask: 'The storage nodes that keep their mailbox or their entry',
      server: 'A relay',
      mailbox: 'The storage nodes that keep your mailbox',
      other: 'A storage node',
    },
    relay: 'Relay',
    recipient: 'Recipient',
    recipientIs: 'Their device collects from the relay',
    hops: 'Three storage nodes',
    key: 'key',
    latency: 'Last answer in {{ms}} ms',
    unmeasured: 'Not measured yet',
    noRelay: 'This account uses no relay.',
    noOnion: 'This account is not on the onion road.',
    none: 'No path stands now. Paths are built when they are needed.',
    rotate: 'Build new paths',
    rotateHelp:
      'New paths go through other storage nodes. The guards stay: changing them often would show your address to more and more storage nodes.',
    rotated: 'New paths are used from now on',
    who: 'Who sees what',
    sees: {
      guard:
        'The guard sees your internet address and the middle hop. Neither what you send nor whom it is for.',
      middle: 'The middle hop sees the guard and the last hop, and nothing of either end.',
      exit: 'The last hop sees the destination, and not who you are.',
      destination: 'The destination sees a sealed message for a mailbox, and not where it came from.',
      relay:
        'The relay sees your internet address, when you are connected, and which account a message is for. It cannot read it, and a sealed message does not say who sent it.',
      relayAfar:
        'The relay sees your internet address and when you are connected, because mail comes in directly. What you send reaches it from a last hop: it sees which account a message is for, and not which address wrote it.',
    },
  },
  state: {
    well: 'answers',
    coming: 'connecting…',
    ill: 'answers badly',
    down: 'does not answer',
    stopped: 'stopped',
    absent: 'not used by this account',
  },
  problem: {
    'no-guard':
      'No path through the onion network works, and none of the guards answers. Check this computer’s connection. If it is well, the guards have left the network: ask a friend, or whoever keeps the directory, for the network text of today.',
    'no-path':
      'No path through the onion network works. The guards answer, but too many storage nodes of the directory are down or gone. Wait for them, or ask a friend, or whoever keeps the directory, for the network text of today.',
    'other-list':
      'No path through the onion network works. The guards go by a directory that is not signed by those whom this account trusts. Ask a friend, or whoever keeps the directory, for the network text of today.',
    'wrong-relay-key':
      'Another key is shown at its address than the address says: somebody may stand in between, or the relay was set up anew. Nothing is sent to it. Ask its operator for the address of today, by another way than this one.',
    'untrusted-relay':
      'No known authority vouches for the server at its address. Nothing is sent to it. Ask its operator for the whole address, with the key.',
  },
  roads: { title: 'Roads', latency: '{{ms}} ms', none: 'No road is used yet.' },
  relay: {
    title: 'Relay',
    none: 'This account uses no relay: it lives on the onion road only.',
    host: 'Address',
    key: 'Key',
    noKey: 'none: an authority vouches for it',
    state: 'State',
    latency: 'Answers in',
  },
  directory: {
    title: 'Directory of storage nodes',
    none: 'This account has no directory: it does not use the onion road.',
    help: 'People whose directory has the same name are in the same network.',
    name: 'Name',
    sequence: 'Number',
    issued: 'Signed on',
    nodes: 'Storage nodes',
    swarms: 'Swarms',
    signers: 'Signatures needed',
    unsigned:
      'none: nobody has signed this list, it is what several have seen. Only whoever gave it vouches for it, and no newer one proves itself',
    threshold: '{{threshold}} of {{signers}}',
  },
  guards: {
    title: 'Guards',
    help: 'The first hop of every path, and the only storage nodes that see your internet address. They are kept for long, so that few ever do.',
    none: 'None was chosen yet.',
    since: 'since {{date}}',
    used: 'in use: new paths begin here',
    reserve: 'in reserve: waits its turn',
    resting: 'resting: did not answer, or is doubted',
  },
  paths: {
    title: 'Paths',
    count_one: '{{count}} path stands',
    count_other: '{{count}} paths stand',
    show: 'Show the paths',
  },
  proxy: {
    title: 'Proxy',
    on: 'Everything is dialled through a proxy.',
    off: 'Nothing is dialled through a proxy.',
  },
  doctor: {
    title: 'Check',
    help: 'Asks both roads, compares clocks, and looks whether others can reach this account.',
    run: 'Check now',
    running: 'Checking…',
    allWell: 'Everything is in order',
    problems_one: '{{count}} thing needs attention',
    problems_other: '{{count}} things need attention',
    ok: 'In order',
    problem: 'Problem',
    note: 'Note',
  },
  check: {
    proxy: {
      name: 'Proxy',
      ok: 'It takes connections.',
      bad: 'It takes no connections. Start it, or start Sotto without it.',
    },
    relay: {
      name: 'Relay',
      ok: 'It answers.',
      bad: 'It does not answer, or is not the one that it should be. Check this computer’s connection; then ask its operator.',
    },
    onion: {
      name: 'Onion road',
      ok: 'A path through the onion network answers.',
      bad: 'No path through the onion network answers. Check this computer’s connection; when others have the same trouble, ask whoever keeps the directory.',
    },
    relayConnection: {
      name: 'Connection to the relay',
      ok: 'It stands.',
      bad: 'It was ended for good: this device runs twice, or the account was deleted or restored elsewhere.',
    },
    onionConnection: {
      name: 'Collecting by the onion road',
      ok: 'It goes on.',
      bad: 'It was ended for good: this device runs twice, or the account was deleted or restored elsewhere.',
    },
    clock: {
      name: 'Clock, against the relay’s',
      ok: 'Right enough.',
      bad: 'It differs by more than five minutes. Set this computer’s clock.',
    },
    onionClock: {
      name: 'Clock, against the storage nodes’',
      ok: 'Right enough.',
      bad: 'It differs by more than five minutes. Set this computer’s clock.',
    },
    record: {
      name: 'Account record',
      ok: 'It is valid and published.',
      bad: 'It is not published, or no longer valid. It is renewed by itself while Sotto runs and the network answers.',
    },
    swarm: {
      name: 'Account record in its swarm',
      ok: 'Enough storage nodes keep it.',
      bad: 'Too few storage nodes keep it, so few people can find this account by the onion road. Leave Sotto running: it stores it again.',
    },
    guards: {
      name: 'Guards',
      ok: 'At least one answers.',
      bad: 'None answers. Check this computer’s connection.',
    },
    directory: {
      name: 'Directory',
      ok: 'It is recent.',
      bad: 'It cannot be used. Ask whoever keeps it.',
      note: 'It is more than 90 days old. Ask others in your network how old theirs is: a newer one may be held back from you.',
    },
    relayKeys: {
      name: 'One-time keys at the relay',
      ok: 'There are some left.',
      bad: 'None are left. Leave Sotto running: it refills them. Until then first messages use a key that is used more than once.',
    },
    onionKeys: {
      name: 'One-time keys on the onion road',
      ok: 'There are some left.',
      bad: 'None are left. Leave Sotto running: it refills them. Until then first messages use a key that is used more than once.',
    },
    outbox: {
      name: 'Outbox',
      ok: 'Nothing waits.',
      bad: 'Messages wait to be sent. They leave while Sotto runs and the network answers.',
    },
    refused: {
      name: 'Refused mail',
      ok: 'Some mail was refused since the start: it was damaged, old, or not what it claimed to be.',
      bad: 'Much mail was refused since the start.',
    },
    runtime: {
      name: 'Node.js',
      ok: 'Its version is new enough.',
      bad: 'Its version is too old. Install a newer one.',
    },
    profile: { name: 'Profile', ok: 'It can be opened.', bad: 'It cannot be opened as it is.' },
    permissions: {
      name: 'Rights of the profile’s files',
      ok: 'Only you can read them.',
      bad: 'Others on this computer could read them. Take those rights away.',
    },
    other: {
      name: 'Another check',
      ok: 'In order.',
      bad: 'Not in order. Run “sotto doctor” in a terminal: it says more.',
    },
  },
} as const;
