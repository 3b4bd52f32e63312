/** Who is at the page and gets from a name to a chat, by whatever means: every step starts where the last one ended. */
export interface WebHand {
  /** From the first screen to the chats. */
  createAccount(name: string): Promise<void>;
  /** Put my contact link on the clipboard. */
  copyMyLink(): Promise<void>;
  /** Add whoever's link is on the clipboard; ends in the chat with them. */
  addFromClipboard(): Promise<void>;
  /** From wherever one is to somebody's request, and into the chat with them. */
  accept(name: string): Promise<void>;
  /** Write in the chat that is open. */
  send(text: string): Promise<void>;
  /** The sixty digits of whoever's chat is open, marked as compared; ends in the chat. */
  verify(): Promise<string>;
  /** From the list of chats: see the recovery words, give two back. Returns all. */
  saveWords(): Promise<readonly string[]>;
  /** From wherever one is to the list of chats. */
  toChats(): Promise<void>;
  /** From the list into the chat with somebody. */
  openChat(name: string): Promise<void>;
  /** From the first screen: bring an account back. Ends at the chats. */
  restore(words: readonly string[], name: string): Promise<void>;
  /** The sixty-six digits of my own ID. */
  ownId(): Promise<string>;
}
