export const contact = {
  title: 'Contact',
  unread: 'This contact could not be read.',
  theirName: 'They call themselves {{name}}',
  noTheirName: 'They have not said their name yet',
  verified: 'Verified',
  state: {
    request: 'Wrote to you first. Accept, delete or block in the chat.',
    invited: 'Waiting for them to accept. What you write reaches them as a request.',
    accepted: 'Contact since {{date}}',
    blocked: 'Blocked. What they send is not shown, and they are not told.',
  },
  nickname: {
    label: 'Your name for them',
    help: 'Only you see it. Leave it empty to use the name that they gave themselves.',
    saved: 'Name saved',
  },
  id: {
    title: 'ID',
    help: 'Whoever has it can write to them. Pass it on only if they would.',
    copyId: 'Copy ID',
    copyLink: 'Copy link',
    showQr: 'Show QR code',
    hideQr: 'Hide QR code',
    qr: 'QR code that adds this contact',
  },
  warning: {
    title: 'Something about this contact does not add up',
    paused: 'Until you go on, nothing new is sent to them.',
    doTitle: 'What to do',
    do: 'Ask them by another way, a call or in person, whether they changed something. Compare safety numbers. If it was them, or nothing is wrong, go on: messages are sent to the devices that you knew before, and the doubtful entry stays refused.',
    accept: 'I understand, go on',
    'record-forked':
      'Two different entries of this contact’s devices claim the same place in line. Perhaps a device of theirs was brought back from an old copy. Perhaps somebody who holds one of their keys tries to add a device of his own.',
    'record-rolled-back':
      'An older entry of this contact’s devices was shown than the one that you know. Perhaps a server lags behind. Perhaps somebody wants messages to go to a device that they have removed.',
    'record-unproven':
      'A new entry of this contact’s devices is not signed by a device that you know, nor with their words. Perhaps something went wrong on their side. Perhaps somebody tries to pass off a device as theirs.',
    'version-lowered':
      'A new entry of this contact allows an older and weaker protocol than before. Perhaps they went back to an older Sotto. Perhaps somebody tries to weaken the protection of your messages.',
    other: 'An entry of this contact’s devices was refused.',
  },
  safety: {
    title: 'Safety number',
    unknown: 'It shows here as soon as their keys are known: after the first message in either direction.',
    verified: 'You have compared it: these are their keys.',
    unverified: 'Not compared yet.',
    compare: 'Compare',
    dialog: 'Compare safety numbers with {{name}}',
    how: 'Both screens show the same sixty digits when nobody stands between you. Read them to each other on a call where you know the voice, or hold the screens side by side. Do not send them in this chat.',
    howQr:
      'Or by picture: one of you shows this code, the other takes a photo of it and opens the photo here.',
    digits: 'Safety number, twelve groups of five digits',
    qr: 'Safety number as a QR code',
    picture: 'Compare with a picture',
    mark: 'Mark as verified',
    unmark: 'Take back the verification',
    marked: 'Marked as verified',
    unmarked: 'No longer marked as verified',
    result: {
      match: 'The code matches: you have each other’s keys.',
      mismatch:
        'The code does not match. Make sure that it is of your chat with them, and of no other. If it is, do not write anything that matters here: somebody may stand between you.',
      'other-version':
        'The code is of another version of Sotto. Bring both up to date, or compare the digits.',
      malformed: 'This is a QR code, but not of a safety number.',
      none: 'There is no QR code in this picture that can be read. Take it straight, sharp, and close enough.',
    },
  },
  road: {
    title: 'Road of this chat',
    auto: 'The relay while it answers well, else the onion road. Messages arrive soonest.',
    relay:
      'Only the relay. It cannot read anything, but it sees your internet address, when you are connected, and which account a message is for. While it does not answer, messages wait.',
    onion:
      'Only through three storage nodes, of which none knows both you and whom you write to. Slower. When the onion road does not answer, messages wait: they take no other road.',
    theirs: 'They want the onion road for this chat: that holds, whatever you choose.',
    learns: 'They learn of your choice with your next message.',
    changed: 'Road changed',
  },
  devices: {
    title: 'Devices',
    none: 'None is known yet.',
    device: 'Device {{number}}',
    key: 'Key begins with',
  },
  actions: {
    title: 'This chat',
    block: 'Block',
    unblock: 'Unblock',
    clear: 'Clear chat',
    delete: 'Delete contact and chat',
  },
  confirm: {
    blockTitle: 'Block {{name}}?',
    block:
      'What they send is not shown any more, and you cannot write to them. They are not told. You can take it back here.',
    clearTitle: 'Clear the chat with {{name}}?',
    clear:
      'All messages of this chat are deleted on this device. The contact stays. They keep their copy. This cannot be undone.',
    deleteTitle: 'Delete {{name}}?',
    delete:
      'The contact and all messages of this chat are deleted on this device. They keep their copy and are not told. If they write again, it comes as a request. This cannot be undone.',
    clearNow: 'Clear on this device',
    deleteNow: 'Delete on this device',
    blockNow: 'Block',
  },
  done: {
    blocked: 'Blocked',
    unblocked: 'Unblocked',
    cleared: 'Chat cleared',
    deleted: 'Contact deleted',
  },
} as const;
