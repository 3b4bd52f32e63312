import { createAccount } from './account/create-account.ts';
import { deleteAccount } from './account/delete-account.ts';
import { joinNetwork } from './account/join-network.ts';
import { keepAccount } from './account/keep-account.ts';
import { keepMailbox } from './account/keep-mailbox.ts';
import { rename } from './account/rename.ts';
import { restoreAccount } from './account/restore-account.ts';
import { followOwnRecord, isReplaced } from './account/standing.ts';
import { stateOf, viewAccount } from './account/view-account.ts';
import { clearChat, deleteMessage } from './chats/delete-message.ts';
import { keepDraft } from './chats/keep-draft.ts';
import { markRead } from './chats/mark-read.ts';
import { applyPreferences, changePreferences, readPreferences } from './chats/preferences.ts';
import { readPage } from './chats/read-page.ts';
import { listChats, showChat } from './chats/view-chat.ts';
import type { Client, ClientParts, RoadProbe } from './client-types.ts';
import { MAX_PAGE, PUBLISH_PATIENCE } from './constants.ts';
import { acceptRequest } from './contacts/accept-request.ts';
import { addContact } from './contacts/add-contact.ts';
import { block, unblock } from './contacts/block.ts';
import { deleteContact } from './contacts/delete-contact.ts';
import { findContact } from './contacts/find-contact.ts';
import { acknowledgeWarning, nameContact, setVerified } from './contacts/name-contact.ts';
import { compareSafetyCode, contactLink, devicesOf, showSafety } from './contacts/safety.ts';
import { setRoad } from './contacts/set-road.ts';
import { viewContact } from './contacts/view-contact.ts';
import { formatMessageId } from './conversation/message-id.ts';
import { markReceived, takeReceived } from './conversation/receive-cursor.ts';
import { retryMessage } from './conversation/retry-message.ts';
import { sendMessage } from './conversation/send-message.ts';
import { waitForCarried } from './conversation/wait-for-carried.ts';
import { watchGaps } from './conversation/watch-gaps.ts';
import { type Core, createCore, type Signals } from './core/core.ts';
import { createHealthMemory } from './core/health-memory.ts';
import { createMutex } from './core/mutex.ts';
import { cancelFile, fetchFile } from './files/fetch-file.ts';
import { dropFile, dropUnsent, keepFile } from './files/keep-file.ts';
import { readFile } from './files/read-file.ts';
import { createTransfers } from './files/transfers.ts';
import { viewFile } from './files/view-file.ts';
import { createInbox } from './inbox/inbox.ts';
import { runReceipts } from './inbox/send-receipts.ts';
import { createOutbox } from './outbox/run-outbox.ts';
import { search } from './search/search.ts';
import { tellTyping } from './typing/tell-typing.ts';

/** Put a client together from its parts. Nothing runs before `start`. */
export function createClient(parts: ClientParts): Client {
  const signals: Signals = {
    outboxAdded: (to, entry) => outbox.add(to, entry),
    outboxFree: (to) => outbox.isFree(to),
    outboxSize: () => outbox.size(),
    wake: (to) => outbox.wake(to),
    receiptOwed: (dueAt) => receipts.owed(dueAt),
    gapOpened: () => gaps.look(),
    standingChanged: () => outbox.wakeAll(),
    mailboxStale: () => mailbox.look(),
    filesDue: () => transfers.look(),
    roadJoined: async () => {
      const own = await core.store.account();
      if (own !== undefined && running) core.roads.start(own, inbox);
    },
    recordPublished: () => onPublished(),
  };
  const core = createCore(parts, signals);
  const waiting = new Set<() => void>();
  const lookSettled = () => {
    if (core.roads.drained() && inbox.opening === 0 && !outbox.busy) for (const resolve of waiting) resolve();
  };
  let outbox = createOutbox(core, lookSettled);
  let receipts = runReceipts(core);
  let gaps = watchGaps(core);
  let upkeep = keepAccount(core);
  let mailbox = keepMailbox(core);
  let transfers = createTransfers(core);
  const inbox = createInbox(core, lookSettled);
  /** An account is made, brought back and deleted by one command at a time. */
  const whole = createMutex();
  let running = false;
  let starting: Promise<void> = Promise.resolve();
  let onPublished: () => void = () => undefined;
  core.ownLook.look = async () => {
    const own = await core.store.account();
    const onion = core.roads.get('onion');
    return own === undefined || onion === undefined || followOwnRecord(core, onion, own.account);
  };
  const health = createHealthMemory(core.memoryOf('relay'), core.clock, () =>
    core.log('trouble-not-noted', {}),
  );
  core.roads.onTrouble = (road) => {
    // Only the relay is chosen by its health, and only where there is another road.
    if (road === 'relay' && core.roads.all().length > 1) health.note();
  };
  core.roads.onChange = ({ road, state, drained, health }, before) => {
    if (state === 'stopped' && before?.state !== 'stopped') core.ownLook.doubt();
    if ((state === 'up' && !drained) || state === 'stopped') {
      outbox.wakeAll();
      upkeep.look();
      mailbox.look();
      if (road === 'onion') transfers.wake();
    } else if ((road === 'relay' || state !== 'up') && health !== before?.health) {
      // Of the onion road only that it does not come up: a strict chat that fails must not move what goes by the relay.
      outbox.wakeAll();
    }
    lookSettled();
  };

  /** Begin to collect and carry for an account that a road has taken in. */
  function run(): Promise<void> {
    const started = starting.then(open);
    starting = started.catch(() => undefined);
    return started;
  }

  async function open(): Promise<void> {
    const own = await core.store.account();
    if (own === undefined || stateOf(own) !== 'ready' || !running) return;
    if (core.roads.all().length === 0 && (await joinNetwork(core, own.network)).outcome !== 'joined') {
      return core.log('network-unreadable', {});
    }
    const ailing = await health.isAiling();
    await dropUnsent(core);
    await outbox.start();
    receipts.look();
    gaps.look();
    await applyPreferences(core);
    core.roads.start(own, inbox, { ailing });
    upkeep.look();
  }

  async function stop(): Promise<void> {
    core.typing.clear();
    // Whatever waits for a road is answered when the road closes.
    const ends = [receipts, gaps, upkeep, mailbox, outbox, transfers].map((part) => part.stop());
    await core.roads.close();
    await Promise.all([...ends, inbox.idle()]);
    lookSettled();
  }

  /** A profile that was emptied can hold a new account, with nothing left over from the old one. */
  function renew(): void {
    outbox = createOutbox(core, lookSettled);
    receipts = runReceipts(core);
    gaps = watchGaps(core);
    upkeep = keepAccount(core);
    mailbox = keepMailbox(core);
    transfers = createTransfers(core);
  }

  /** The account is in: begin, and give its record some time to get out, so that others can write at once. */
  async function begin(): Promise<void> {
    core.ownLook.seen();
    core.events.emit({ event: 'account', state: 'ready' });
    const published = new Promise<void>((resolve) => {
      onPublished = resolve;
    });
    await run();
    if (!running) return;
    const cancel = core.clock.after(PUBLISH_PATIENCE, () => onPublished());
    await published;
    cancel();
  }

  return {
    async start() {
      if (running) return;
      running = true;
      await run();
    },
    async close() {
      running = false;
      onPublished();
      // What a start that is under way begins must be there to be ended.
      await starting;
      await stop();
    },
    async status() {
      const own = await core.store.account();
      const contacts = await core.store.contacts();
      return {
        account: stateOf(own),
        roads: core.roads.status(),
        queued: await countQueued(core),
        requests: contacts.filter(({ state }) => state === 'request').length,
        recordPending: own?.recordPending ?? false,
        replaced: stateOf(own) === 'ready' && own !== undefined && isReplaced(core, own),
        refused: { ...core.tally.refused },
      };
    },
    createAccount: (request) =>
      whole(async () => {
        const outcome = await createAccount(core, request);
        if (outcome.outcome === 'created') await begin();
        return outcome;
      }),
    restoreAccount: (request) =>
      whole(async () => {
        const outcome = await restoreAccount(core, request);
        if (outcome.outcome === 'restored') await begin();
        return outcome;
      }),
    async showAccount(options) {
      const own = await core.store.account();
      return own === undefined || stateOf(own) !== 'ready'
        ? undefined
        : viewAccount(own, options?.phrase === true);
    },
    confirmPhraseSaved: () =>
      core.unit(async (work) => {
        const own = await core.store.account();
        if (own === undefined) return { outcome: 'no-account' };
        const { seed, ...rest } = own;
        if (seed === undefined) return { outcome: 'already-forgotten' };
        work.change({ kind: 'put-account', state: rest });
        return { outcome: 'forgotten' };
      }),
    deleteAccount: (options) =>
      whole(async () => {
        const { force = false, hereOnly = false } = options ?? {};
        if (!hereOnly) await core.publishing.stop();
        try {
          const outcome = await deleteAccount(core, { force, hereOnly }, stop);
          if (outcome.outcome === 'deleted') renew();
          return outcome;
        } finally {
          core.publishing.resume();
        }
      }),

    rename: (name) => rename(core, name),

    send: (request) => sendMessage(core, request),
    waitForCarried: (message, timeout) => waitForCarried(core, message, timeout),

    contacts: async () => (await core.store.contacts()).map(viewContact),
    async contact(account) {
      const contact = await core.store.contact(account);
      return contact === undefined ? undefined : viewContact(contact);
    },
    safetyNumber: async (account) => (await showSafety(core, account))?.digits,
    safety: (account) => showSafety(core, account),
    compareSafetyCode: (account, code) => compareSafetyCode(core, account, code),
    devicesOf: (account) => devicesOf(core, account),
    contactLink: (account) => contactLink(core, account),
    findContact: (who) => findContact(core, who),
    addContact: (who, name) => addContact(core, who, name),
    acceptRequest: (account) => acceptRequest(core, account),
    deleteContact: (account) => deleteContact(core, account),
    block: (account) => block(core, account),
    unblock: (account) => unblock(core, account),
    nameContact: (account, name) => nameContact(core, account, name),
    setVerified: (account, verified) => setVerified(core, account, verified),
    setRoad: (account, road) => setRoad(core, account, road),
    acknowledgeWarning: (account) => acknowledgeWarning(core, account),

    messages: (chat, { limit, before }) =>
      core.store.messages(chat, {
        limit: Math.max(0, Math.min(limit, MAX_PAGE)),
        ...(before === undefined ? {} : { before }),
      }),
    message: (id) => core.store.message(id),
    takeReceived: (after, limit) => takeReceived(core, after, limit),
    markReceived: (sequence) => markReceived(core, sequence),

    chats: (page) => listChats(core, page),
    chat: (account) => showChat(core, account),
    chatPage: (account, page) => readPage(core, account, page),
    markRead: (account, through) => markRead(core, account, through),
    keepDraft: (account, text) => keepDraft(core, account, text),
    tellTyping: (account, typing) => tellTyping(core, account, typing),
    retryMessage: (id) => retryMessage(core, id),
    deleteMessage: (id) => deleteMessage(core, id),
    clearChat: (account) => clearChat(core, account),
    search: (request) => search(core, request),
    preferences: () => readPreferences(core),
    changePreferences: (changes) => changePreferences(core, changes),

    keepFile: (file) => keepFile(core, file),
    dropFile: (id) => dropFile(core, id),
    async file(id) {
      const file = await core.store.file(id);
      return file === undefined ? undefined : viewFile(file);
    },
    filesOf: async (message) => (await core.store.filesOf(message)).map(viewFile),
    fetchFile: (id) => fetchFile(core, id),
    cancelFile: (id) => cancelFile(core, id),
    readFile: (id, from) => readFile(core, id, from),

    subscribe: core.events.subscribe,
    settled: () =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          resolve();
        };
        waiting.add(done);
        lookSettled();
      }),
    probe: () =>
      Promise.all(
        core.roads
          .all()
          .map(async (road): Promise<RoadProbe> => ({ road: road.name, result: await road.probe() })),
      ),
  };
}

/** Messages in the outbox, and those that get there when their files are on the network. */
async function countQueued(core: Core): Promise<number> {
  const entries = (await core.store.outbox()).filter(({ kind }) => kind === 'message').length;
  const waiting = (await core.store.filesWith(['waiting'])).flatMap(({ message }) => message ?? []);
  return entries + new Set(waiting.map(formatMessageId)).size;
}
