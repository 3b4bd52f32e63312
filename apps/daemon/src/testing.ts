/** What this program reads of pages, sites and its own store, for those who test that reading alone. */
export { readNetworkText } from './network-values.ts';
export { fingerprintProxy } from './proxy-choice.ts';
export { settingsValue } from './settings-values.ts';
export { checkRequest, checkUpgrade } from './web/check-request.ts';
export { openDoor } from './web/open-door.ts';
