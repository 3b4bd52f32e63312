/** What the page reads of what is pasted into it, for those who test that reading alone. */
export { fromBase64Url, toBase64Url } from './contact/base64url.ts';
export { readInvite } from './first-run/network/read-invite.ts';
export { diagnosePhrase, joinPhrase, splitPhrase } from './first-run/words/phrase.ts';
export { makeWordList } from './first-run/words/word-list.ts';
export { readWho } from './share/read-who.ts';
