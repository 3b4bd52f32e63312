import type { StoreChange } from '@sotto/client';
import { StoreError } from './errors.ts';
import type { Sqlite } from './sqlite.ts';
import { putAccount } from './tables/account.ts';
import { putChain } from './tables/chain.ts';
import { deleteChat, putDraft, putRead } from './tables/chat.ts';
import { deleteContact, putContact } from './tables/contact.ts';
import { deleteFailed, deleteFailedTo, putFailed } from './tables/failed-text.ts';
import { deleteChunks, deleteFile, putChunk, putFile } from './tables/file.ts';
import { deleteHeld, deleteHeldOf, putHeld } from './tables/held.ts';
import { deleteChatMessages, deleteMessage, putMessage } from './tables/message.ts';
import { deleteOutbox, putOutbox } from './tables/outbox.ts';
import { putPreferences } from './tables/preferences.ts';
import { changeRatchet } from './tables/ratchet.ts';
import { deleteReceipt, putReceipt } from './tables/receipt.ts';
import { putRoadMemory } from './tables/road-memory.ts';
import { putSeen } from './tables/seen.ts';

/** Carry out one change inside the transaction that is open. */
export function applyChange(sqlite: Sqlite, change: StoreChange): void {
  switch (change.kind) {
    case 'put-account':
      putAccount(sqlite, change.state);
      break;
    case 'put-contact':
      putContact(sqlite, change.contact);
      break;
    case 'delete-contact':
      deleteContact(sqlite, change.account);
      break;
    case 'put-message':
      putMessage(sqlite, change.message);
      break;
    case 'delete-message':
      deleteMessage(sqlite, change.id);
      deleteFailed(sqlite, change.id);
      break;
    case 'delete-chat-messages':
      deleteChatMessages(sqlite, change.chat);
      deleteFailedTo(sqlite, change.chat);
      deleteHeldOf(sqlite, change.chat);
      deleteChat(sqlite, change.chat);
      break;
    case 'clear-chat':
      deleteChatMessages(sqlite, change.chat);
      deleteFailedTo(sqlite, change.chat);
      break;
    case 'put-read':
      putRead(sqlite, change.chat, change.through);
      break;
    case 'put-draft':
      putDraft(sqlite, change.chat, change.text);
      break;
    case 'put-preferences':
      putPreferences(sqlite, change.preferences);
      break;
    case 'put-failed':
      putFailed(sqlite, change.failed);
      break;
    case 'delete-failed':
      deleteFailed(sqlite, change.message);
      break;
    case 'put-chain':
      putChain(sqlite, change.chain);
      break;
    case 'put-held':
      putHeld(sqlite, change.held);
      break;
    case 'delete-held':
      deleteHeld(sqlite, change);
      break;
    case 'put-outbox':
      putOutbox(sqlite, change.entry);
      break;
    case 'delete-outbox':
      deleteOutbox(sqlite, change.id);
      break;
    case 'put-file':
      putFile(sqlite, change.file);
      break;
    case 'delete-file':
      deleteFile(sqlite, change.id);
      break;
    case 'put-chunk':
      putChunk(sqlite, change.file, change.chunk, change.data);
      break;
    case 'delete-chunks':
      deleteChunks(sqlite, change.file, change.except);
      break;
    case 'put-road-memory':
      putRoadMemory(sqlite, change.road, change.bytes);
      break;
    case 'put-receipt':
      putReceipt(sqlite, change.receipt);
      break;
    case 'delete-receipt':
      deleteReceipt(sqlite, change.message, change.receipt);
      break;
    case 'put-seen':
      putSeen(sqlite, change.mark, change.forgetAfter);
      break;
    case 'ratchet':
      changeRatchet(sqlite, change.change);
      break;
    default:
      unknownChange(change);
  }
}

function unknownChange(change: never): never {
  throw new StoreError('invalid-change', `unknown kind of change: ${String((change as StoreChange).kind)}`);
}
