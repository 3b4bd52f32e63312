import type { LieGroup } from '../evil/lie.ts';
import { liesAboutKeys } from './lies-about-keys.ts';
import { liesAboutMail } from './lies-about-mail.ts';
import { liesAboutRecords } from './lies-about-records.ts';
import { liesAboutSending } from './lies-about-sending.ts';
import { liesOnSockets } from './lies-on-sockets.ts';
import { liesToNewcomers } from './lies-to-newcomers.ts';
import type { RelayWorld } from './relay-world.ts';

/** Everything that the evil relay says. */
export const RELAY_LIES: readonly LieGroup<RelayWorld>[] = [
  liesAboutKeys,
  liesAboutRecords,
  liesAboutSending,
  liesAboutMail,
  liesOnSockets,
  liesToNewcomers,
];
