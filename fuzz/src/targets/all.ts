import type { Target } from '../target.ts';
import { blobTargets } from './blobs.ts';
import { bytesTargets } from './bytes.ts';
import { chatApiTargets } from './chat-api.ts';
import { commandLineTargets } from './command-line.ts';
import { contentTargets } from './content.ts';
import { directoryTargets } from './directory.ts';
import { fileTargets } from './files.ts';
import { linkTargets } from './links.ts';
import { localApiTargets } from './local-api.ts';
import { memberTargets } from './members.ts';
import { nodeDoorTargets } from './node-door.ts';
import { onionTargets } from './onion.ts';
import { oxenMqTargets } from './oxenmq.ts';
import { pageDoorTargets } from './page-door.ts';
import { pastedTargets } from './pasted.ts';
import { ratchetTargets } from './ratchet.ts';
import { recordTargets } from './records.ts';
import { registryTargets } from './registry.ts';
import { relayAccountTargets } from './relay-accounts.ts';
import { relayBodyTargets } from './relay-bodies.ts';
import { relayDeviceTargets } from './relay-devices.ts';
import { relayDoorTargets } from './relay-door.ts';
import { relayFrameTargets } from './relay-frames.ts';
import { relayPhoneTargets } from './relay-phones.ts';
import { relayProfileTargets } from './relay-profiles.ts';
import { relayReplyTargets } from './relay-replies.ts';
import { roadTargets } from './roads.ts';
import { serverTargets } from './servers.ts';
import { storageTargets } from './storage-rpc.ts';

/** Targets by the file that they are in: a process for one of them loads that file and what it reads with, nothing else. */
export const FAMILIES: Readonly<Record<string, readonly Target[]>> = {
  bytes: bytesTargets,
  'relay-frames': relayFrameTargets,
  'relay-bodies': relayBodyTargets,
  'relay-replies': relayReplyTargets,
  'relay-accounts': relayAccountTargets,
  'relay-devices': relayDeviceTargets,
  'relay-phones': relayPhoneTargets,
  'relay-profiles': relayProfileTargets,
  'storage-rpc': storageTargets,
  members: memberTargets,
  content: contentTargets,
  onion: onionTargets,
  links: linkTargets,
  records: recordTargets,
  directory: directoryTargets,
  registry: registryTargets,
  ratchet: ratchetTargets,
  roads: roadTargets,
  'local-api': localApiTargets,
  'page-door': pageDoorTargets,
  'command-line': commandLineTargets,
  pasted: pastedTargets,
  files: fileTargets,
  servers: serverTargets,
  'relay-door': relayDoorTargets,
  'chat-api': chatApiTargets,
  'node-door': nodeDoorTargets,
  oxenmq: oxenMqTargets,
  blobs: blobTargets,
};

/** Every door of the tree that bytes from outside come through. */
export const TARGETS: readonly Target[] = Object.values(FAMILIES).flat();
