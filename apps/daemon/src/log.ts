/** An event and facts that say nothing of who or what: never an ID, a key, an address or a text. */
export type Log = (event: string, facts?: Readonly<Record<string, number | string | boolean>>) => void;
