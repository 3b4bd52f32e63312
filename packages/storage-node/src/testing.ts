export type { NewMessage } from './store/messages.ts';
export type { NodeStore } from './store/node-store.ts';
export { openNodeStore } from './store/node-store.ts';
export { OpenedLayers } from './store/opened-layers.ts';
