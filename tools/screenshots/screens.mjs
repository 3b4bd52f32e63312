// The way to each screen, from the page just opened at 1280 px; by structure, so that it holds in every language.

const rail = (page, index) => page.locator('nav').first().getByRole('button').nth(index);
/** Open a chat and read it: the count of what is unread goes. */
export async function openChat(page, name) {
  const row = page.locator('[role="option"]', { hasText: name });
  await row.click();
  await page.locator('article').last().waitFor();
  await row.locator('span', { hasText: /^\d+$/ }).waitFor({ state: 'detached' });
}
const settings = (index) => async (page) => {
  await rail(page, -1).click();
  await page.locator('main nav button').nth(index).click();
  await page.locator('main h1').waitFor();
};
const header = (page, index) => page.locator('main header').first().getByRole('button').nth(index);
const dialog = (page) => page.getByRole('dialog').waitFor();
const details = async (page) => {
  await openChat(page, 'Jonas');
  await header(page, -2).click();
  await page.locator('main section ol, main section [role="list"]').first().waitFor();
};

/** Screens of somebody with chats. */
export const SCREENS = {
  chats: async (page) => {
    await page.locator('[role="option"]').first().waitFor();
  },
  chat: async (page) => openChat(page, 'Jonas'),
  'chat-arabic': async (page) => openChat(page, 'ليلى'),
  'chat-long-name': async (page) => openChat(page, 'Maximiliane'),
  draft: async (page) => {
    await openChat(page, 'Samuel');
    await page.locator('main textarea').fill('By the way, have you read the new');
    await openChat(page, 'Jonas');
    await page.locator('[role="option"]', { hasText: 'have you read' }).waitFor();
  },
  'message-menu': async (page) => {
    await openChat(page, 'Jonas');
    await page.locator('article').last().focus();
    await page.locator('article').last().getByRole('button').last().click();
    await page.getByRole('menu').waitFor();
  },
  request: async (page) => {
    await rail(page, 2).click();
    await page.locator('[role="option"]').first().click();
    await page.locator('article').first().waitFor();
  },
  'chat-search': async (page) => {
    await openChat(page, 'Jonas');
    await header(page, -3).click();
    await page.keyboard.type('sat');
    await page.locator('main mark').first().waitFor();
  },
  search: async (page) => {
    await page.locator('#list input').fill('jo');
    await page.locator('#list mark').first().waitFor();
  },
  details,
  compare: async (page) => {
    await details(page);
    await page.locator('main section section').nth(0).getByRole('button').last().click();
    await dialog(page);
  },
  'add-contact': async (page) => {
    await page.locator('#list').getByRole('button').first().click();
    await dialog(page);
  },
  'my-id': async (page) => {
    await rail(page, 0).click();
    await dialog(page);
  },
  words: async (page) => {
    await page.locator('header').first().getByRole('button').last().click();
    await dialog(page);
  },
  palette: async (page) => {
    await page.keyboard.press('Control+k');
    await dialog(page);
  },
  network: async (page) => {
    await rail(page, -2).click();
    await page.locator('main h2').first().waitFor();
  },
  path: async (page) => {
    await rail(page, -2).click();
    await page
      .locator('main section', { has: page.locator('h2') })
      .getByRole('button')
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Show', exact: false }).first().click();
    await dialog(page);
  },
  'settings-profile': settings(0),
  'settings-privacy': settings(1),
  'settings-network': settings(2),
  'settings-appearance': settings(3),
  'settings-data': settings(4),
  'settings-about': settings(5),
};

/** Screens of somebody without an account. */
export const FIRST_SCREENS = {
  welcome: async () => undefined,
  create: async (page) => {
    await page.getByRole('button').nth(0).click();
    await page.locator('input').waitFor();
  },
  restore: async (page) => {
    await page.getByRole('button').nth(1).click();
    await page.locator('textarea').first().waitFor();
  },
};

/** Screens of a network in trouble; last, because nothing is as before afterwards. */
export const LAST_SCREENS = {
  'relay-down': async (page, story) => {
    await story.ctl('kill', 'relay');
    await story.writeByRelay('Here is the abstract: two roads, one identity.');
    await page.locator('header').first().getByText(/relay/i).first().waitFor({ timeout: 60_000 });
    await rail(page, 1).click();
    await openChat(page, 'Priya');
  },
};
