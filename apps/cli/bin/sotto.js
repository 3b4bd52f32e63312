#!/usr/bin/env node
// Loads the build; this file is committed, so that npm links it before there is one.
import { existsSync } from 'node:fs';

const main = new URL('../dist/bundle/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('sotto: not built yet\n  run: npm run build\n');
  process.exitCode = 1;
}
