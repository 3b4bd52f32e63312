/** What nodes ask each other over a link, on the same port as clients. */
export const LINK_PATH = {
  /** First of all: proofs of keys, both ways. */
  hello: '/sotto/link/v1/hello',
  /** A stream that lasts as long as the link and carries what is asked most, in frames. */
  frames: '/sotto/link/v1/frames',
  /** An onion layer for the next hop. */
  onion: '/sotto/link/v1/onion',
  /** A client's request, passed on to the other members of its swarm. */
  storage: '/sotto/link/v1/storage',
  /** What a member has that another may lack. */
  sync: '/sotto/link/v1/sync',
  /** What a node has of mailboxes that the other one keeps now. */
  push: '/sotto/link/v1/sync/push',
  /** The newest signed list. */
  directory: '/sotto/link/v1/directory',
  /** Whether a member keeps a message, shown by a digest that nobody can make without it. */
  holds: '/sotto/link/v1/holds',
  /** A vote on a node that is to leave the registry. */
  vote: '/sotto/link/v1/vote',
} as const;
