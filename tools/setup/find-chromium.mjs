import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/usr/lib/chromium/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser for tests and screenshots: SOTTO_CHROMIUM, else by its known names and places, else undefined. */
export function findChromium() {
  const set = process.env.SOTTO_CHROMIUM;
  if (set) return runs(set) ? set : undefined;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find(runs);
}

function runs(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to do where there is none. */
export const NO_CHROMIUM =
  'the browser tests need Chromium: install it (Debian: sudo apt-get install chromium) or set SOTTO_CHROMIUM to its path';
