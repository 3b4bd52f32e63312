import type { LieGroup } from '../evil/lie.ts';
import { liesAboutFiles } from './lies-about-files.ts';
import { liesAboutStoredMail } from './lies-about-mail.ts';
import { liesAboutStoredRecords } from './lies-about-records.ts';
import { liesAboutStoring } from './lies-about-storing.ts';
import { liesOnPaths } from './lies-on-paths.ts';
import type { NodeWorld } from './node-world.ts';

/** Everything that evil storage nodes say. */
export const NODE_LIES: readonly LieGroup<NodeWorld>[] = [
  liesAboutStoring,
  liesAboutStoredMail,
  liesAboutStoredRecords,
  liesAboutFiles,
  liesOnPaths,
];
