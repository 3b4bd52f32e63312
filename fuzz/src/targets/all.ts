import type { Target } from '../target.ts';
import { bytesTargets } from './bytes.ts';
import { commandLineTargets } from './command-line.ts';
import { contentTargets } from './content.ts';
import { directoryTargets } from './directory.ts';
import { fileTargets } from './files.ts';
import { linkTargets } from './links.ts';
import { localApiTargets } from './local-api.ts';
import { nodeDoorTargets } from './node-door.ts';
import { onionTargets } from './onion.ts';
import { pageDoorTargets } from './page-door.ts';
import { pastedTargets } from './pasted.ts';
import { ratchetTargets } from './ratchet.ts';
import { recordTargets } from './records.ts';
import { relayBodyTargets } from './relay-bodies.ts';
import { relayDoorTargets } from './relay-door.ts';
import { relayFrameTargets } from './relay-frames.ts';
import { relayReplyTargets } from './relay-replies.ts';
import { roadTargets } from './roads.ts';
import { serverTargets } from './servers.ts';
import { storageTargets } from './storage-rpc.ts';

/** Every door of the tree that bytes from outside come through. */
export const TARGETS: readonly Target[] = [
  ...bytesTargets,
  ...relayFrameTargets,
  ...relayBodyTargets,
  ...relayReplyTargets,
  ...storageTargets,
  ...contentTargets,
  ...onionTargets,
  ...linkTargets,
  ...recordTargets,
  ...directoryTargets,
  ...ratchetTargets,
  ...roadTargets,
  ...localApiTargets,
  ...pageDoorTargets,
  ...commandLineTargets,
  ...pastedTargets,
  ...fileTargets,
  ...serverTargets,
  ...relayDoorTargets,
  ...nodeDoorTargets,
];
