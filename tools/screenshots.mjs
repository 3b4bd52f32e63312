// `npm run screenshots`: plays a short story between people on a devnet of its own and takes pictures of every
// screen in real Chromium. All go to .sotto/screenshots; those of the README also to docs/screenshots.
import './setup/require-node.mjs';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { findChromium } from './setup/find-chromium.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { installSystemPackages } from './setup/install-system-packages.mjs';
import { root } from './setup/root.mjs';
import { say, stop } from './setup/run.mjs';

const HELP = `npm run screenshots                       pictures of every screen, and those of the README in docs/screenshots
npm run screenshots -- --only chat,network   only these screens; nothing in docs/screenshots changes
npm run screenshots -- --out D               keep all pictures in the folder D instead of .sotto/screenshots`;

/** The best of them, which are committed. */
const SHOWN = [
  'chat-1280-light-en',
  'chat-1280-dark-en',
  'chat-375-light-en',
  'chats-375-light-ar',
  'network-1280-light-en',
  'details-1280-light-en',
  'request-1280-light-en',
  'relay-down-1280-light-en',
  'welcome-1280-light-en',
];

const { only, out } = readArguments();
await installIfNeeded();
await installSystemPackages();
await buildIfNeeded();
const chromium = findChromium();
if (chromium === undefined) stop('screenshots need Chromium: install it, or set SOTTO_CHROMIUM to its path');
process.env.SOTTO_CHROMIUM = chromium;
// Loaded late: they use what was built.
const { playStory } = await import('./screenshots/story.mjs');
const { takePictures } = await import('./screenshots/take-pictures.mjs');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
say('playing the story');
const story = await playStory();
try {
  await takePictures(story, { out, only });
} finally {
  await story.close();
}
if (only === undefined) {
  const shown = join(root, 'docs', 'screenshots');
  mkdirSync(shown, { recursive: true });
  for (const name of SHOWN) copyFileSync(join(out, `${name}.png`), join(shown, `${name}.png`));
  say(`the README's pictures are in docs/screenshots, all of them in ${out}`);
}

/** @returns {{ only: string[] | undefined, out: string }} */
function readArguments() {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const folder = values.out ?? join(root, '.sotto', 'screenshots');
    return { only: values.only?.split(','), out: folder };
  } catch (error) {
    console.error(`sotto: ${error.message}\n${HELP}`);
    process.exit(2);
  }
}
