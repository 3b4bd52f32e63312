/** What this package reads of its own folder, for those who test that reading alone. */
export { askControl, serveControl } from './control.ts';
export { readLayout } from './layout.ts';
