import type { Catalogue } from '../catalogue.ts';
import { chat } from './chat.ts';
import { chats } from './chats.ts';
import { common } from './common.ts';
import { contact } from './contact.ts';
import { firstRun } from './first-run.ts';
import { network } from './network.ts';
import { settings } from './settings.ts';
import { share } from './share.ts';

export const de: Catalogue = { chat, chats, common, contact, firstRun, network, settings, share };
