import { join } from 'node:path';
import { startBrowser } from '../../e2e/dist/browser.js';
import { FIRST_SCREENS, LAST_SCREENS, openChat, SCREENS } from './screens.mjs';

const HEIGHTS = { 1280: 800, 768: 900, 375: 760, 320: 640 };
const MAIN = [
  'chats',
  'chat',
  'chat-arabic',
  'request',
  'network',
  'details',
  'settings-appearance',
  'my-id',
];

/** Chats that Maya has read before; one stays unread. */
const READ = ['Samuel', 'Maximiliane', 'ليلى', 'Jonas'];

/** Every screen in light English at three widths; main ones dark, in Arabic and German; all in the largest text. */
/** @type {{ theme: 'light' | 'dark', language: string, size?: string, widths: number[], screens?: string[] }[]} */
const PASSES = [
  { theme: 'light', language: 'en', widths: [1280, 768, 375] },
  { theme: 'dark', language: 'en', widths: [1280, 375], screens: MAIN },
  { theme: 'light', language: 'ar', widths: [1280, 375], screens: MAIN },
  {
    theme: 'light',
    language: 'de',
    widths: [375, 320],
    screens: ['chats', 'request', 'network', 'settings-privacy'],
  },
  { theme: 'light', language: 'en', size: 'largest', widths: [320] },
];

/** Write one PNG for each screen, width and look: `screen-width-theme-language.png`. */
export async function takePictures(story, { out, only }) {
  const browser = await startBrowser({ reducedMotion: 'reduce' });
  try {
    const fresh = await browser.open(story.newUrl);
    const page = await browser.open(story.url);
    await page.locator('nav').first().waitFor();
    for (const name of READ) await openChat(page, name);
    for (const pass of PASSES) await takePass({ fresh, page, out, only }, pass);
    const [light] = PASSES;
    for (const [name, prepare] of Object.entries(LAST_SCREENS)) {
      if (only !== undefined && !only.includes(name)) continue;
      await look(page, light);
      await prepare(page, story);
      await shootAll(page, name, light, out);
    }
    for (const problem of browser.problems) console.error(`sotto: ${problem}`);
  } finally {
    await browser.close();
  }
}

async function takePass({ fresh, page, out, only }, pass) {
  const wanted = (name) => (pass.screens ?? [name]).includes(name) && (only ?? [name]).includes(name);
  await look(page, pass);
  for (const [name, prepare] of Object.entries(SCREENS).filter(([name]) => wanted(name))) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.bringToFront();
    await page.reload();
    await page.locator('nav').first().waitFor();
    await prepare(page);
    await shootAll(page, name, pass, out);
  }
  for (const [name, prepare] of Object.entries(FIRST_SCREENS).filter(([name]) => wanted(name))) {
    await fresh.emulateMedia({ colorScheme: pass.theme });
    await fresh.bringToFront();
    await fresh.reload();
    await fresh.locator('h1').waitFor();
    await prepare(fresh);
    await shootAll(fresh, name, pass, out);
  }
}

/** Set the theme, the language and the size of the text, as a person does. */
async function look(page, pass) {
  const { theme, language, size = 'normal' } = pass;
  await page.bringToFront();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: theme });
  await page.reload();
  await SCREENS['settings-appearance'](page);
  const groups = page.getByRole('radiogroup');
  await groups.nth(2).locator('label').nth(['small', 'normal', 'large', 'largest'].indexOf(size)).click();
  await groups.nth(3).locator('label').nth(['system', 'en', 'de', 'ar'].indexOf(language)).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
}

async function shootAll(page, name, pass, out) {
  const { theme, language, size, widths } = pass;
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    // Two frames: what measures itself has done so.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.evaluate('document.fonts.ready');
    const look = [name, width, theme, language, ...(size ? [size] : [])].join('-');
    await page.screenshot({ path: join(out, `${look}.png`), animations: 'disabled', caret: 'hide' });
  }
}
