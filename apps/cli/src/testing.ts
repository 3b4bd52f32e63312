/** What this program reads of its command line, for those who test that reading alone: it is understood, not run. */
export { parseArgv } from './parse/parse-argv.ts';
