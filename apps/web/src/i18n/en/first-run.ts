export const firstRun = {
  welcome: {
    title: 'Welcome to Sotto',
    text: 'Messages that only you and your contact can read. They take one of two roads: a fast one over a relay, or one through storage nodes, of which none knows both you and whom you write to.',
    create: 'Create account',
    restore: 'I have an account',
    choose: 'Choose a network…',
    other: 'Use another network…',
    nothingSent:
      'No phone number and no e-mail address. Nothing leaves this device before you have given a name.',
  },
  incomplete: {
    title: 'Almost there',
    text: 'The keys of an account are on this device already, but no network has taken the account in yet. Nothing is lost: trying again, with the same network, goes on with these keys.',
    create: 'Try again',
  },
  network: {
    now: 'Network',
    noneText:
      'Sotto belongs to nobody, so it has to be told which network to use. You choose one in the next step.',
    title: 'Choose a network',
    text: 'A network text says which relay and which storage nodes to use; a link to join leads to such a text. You get one from the people whom you want to write to, or from whoever runs the network.',
    field: 'Network text or link',
    placeholder: 'sotto-network:1:… or sotto://join?…',
    askText:
      'This is {{name}}’s link to join. The storage nodes named in it are asked for their list, directly: they see your internet address this once.',
    askTextNameless:
      'This is somebody’s link to join. The storage nodes named in it are asked for their list, directly: they see your internet address this once.',
    ask: 'Ask them',
    asking: 'Asking the storage nodes of this link…',
    invitedBy: '{{name}} invited you. When your account is there, you can write to them.',
    file: 'Choose a file or picture',
    drop: 'You can also drop the file, or a picture of its QR code, here.',
    use: 'Use this network',
    keep: 'Keep this network',
    preview: 'What this text says',
    current: 'The network that this app was started with',
    relay: 'Relay',
    noRelay: 'none: everything goes by the onion road',
    nodes: 'Storage nodes',
    noNodes: 'none: everything goes over the relay',
    nodesIn_one: '{{count}} in {{swarms}}',
    nodesIn_other: '{{count}} in {{swarms}}',
    swarms_one: '{{count}} swarm',
    swarms_other: '{{count}} swarms',
    signers: 'The list is signed by',
    unsigned:
      'nobody: it is what somebody has seen storage nodes say. It is as good as whoever gave you this text',
    signersOf_one: 'at least {{threshold}} of {{count}} signer',
    signersOf_other: 'at least {{threshold}} of {{count}} signers',
    name: 'Short name of the list',
    nameText: 'People with the same short name are in the same network.',
    invited: 'With an invite for this relay',
    onionOnly: 'Onion only: never touch a relay',
    onionOnlyText:
      'Nothing ever goes to a relay, so none sees your internet address. Messages take longer, and typing is not shown.',
    problem: {
      'bad-network':
        'This is not a network text, or not all of it. Copy the whole text, from sotto-network: to its end.',
      invite: 'This invite is not complete. Copy the whole link, from sotto://invite to its end.',
      join: 'This link is damaged, or not all of it. Copy the whole link, from sotto://join to its end, or ask whoever gave it to you for a new one.',
      unjoinable:
        'This link leads to no list that its signers have signed. Ask whoever gave it to you for a new one.',
      unanswered:
        'None of the storage nodes in this link answers. Check this computer’s connection, or ask whoever gave it to you for a new one.',
      contact:
        'This is somebody’s contact link. Keep it for later, and ask them for the text of their network.',
      'too-long': 'This file is too long for a network text.',
      'no-code':
        'There is no QR code in this picture that can be read. Take it straight, sharp, and close enough.',
    },
  },
  create: {
    title: 'What should others call you?',
    name: 'Your name',
    nameText:
      'Your real name, another one, anything. Only people you write to see it. You can change it at any time.',
    go: 'Create account',
    keys: 'Making your keys on this device…',
    enrol: 'Telling the network about you, so that others can find you…',
    slow: 'This takes longer than usual. You can wait: nothing gets lost.',
  },
  restore: {
    title: 'Bring your account back',
    meansDevice:
      'This device takes the account over. The one before ends: nothing can be sent from it any more.',
    meansChats:
      'Contacts and chats do not come along. People who write to you are requests until you accept them.',
    words: 'Recovery words',
    wordsText:
      '25 words, or 13 of a Session account. Tab takes the suggestion; you can also paste all of them.',
    suggestions: 'Words that begin like this',
    suggested_one: '{{count}} word: {{first}}. Tab takes it.',
    suggested_other: '{{count}} words, the first is {{first}}. Tab takes it.',
    count_one: '{{count}} of {{wanted}} words',
    count_other: '{{count}} of {{wanted}} words',
    complete: 'all are in the list',
    tooMany: 'That is more than {{wanted}} words.',
    unknown: 'Word {{position}}, “{{word}}”, is not in the list.',
    perhaps: 'Perhaps {{words}}?',
    more_one: '…and {{count}} more.',
    more_other: '…and {{count}} more.',
    mismatch:
      'All words are in the list, but they do not belong together: one is wrong, or two stand in each other’s place. Compare each with what you wrote down.',
    go: 'Restore account',
    working: 'Looking for your account in the network…',
    enrol: 'Making this the device of your account…',
    session: {
      title: 'These are words of a Session account',
      text: 'Sotto can use the same ID. Your Session chats do not go on here: they stay in Session, and nothing of them is read or deleted. A new account is the better choice, so that one ID is not used by two programs.',
    },
  },
  invite: {
    field: 'Invite link',
    text: 'Ask whoever runs the relay for one. It begins with sotto://invite and is good for one account.',
    bad: 'This invite is not complete. Copy the whole link, from sotto://invite to its end.',
    otherRelay: 'This invite is for another relay: {{host}}.',
    useRelay: 'Use that relay instead',
  },
  advice: {
    'needs-invite': 'Paste an invite link below, or use a network with storage nodes, onion only.',
    'invite-refused': 'Ask for a new invite and paste it below.',
    unreachable: 'Nothing is lost. When the connection is back, try again: it goes on where it stopped.',
    busy: 'Nothing is lost: trying again goes on where it stopped.',
    rejected: 'Ask whoever runs the network, or use another one.',
    'bad-network': 'Ask for the network text again, or use another network.',
    'wrong-relay-key':
      'Ask whoever gave you this network for the present text. Do not go on if they know of no change.',
    'untrusted-relay': 'Ask whoever gave you this network for a text that names the key of the relay.',
    'record-refused': 'Check that this is the right network, and ask whoever runs it.',
  },
} as const;
