/**
 * `node contracts/dist/main.js DIR`: write what `@sotto/directory` knows of the contracts, as code. Called by
 * `npm run generate`, which also compares.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompiledContract, compile, readSources } from './compile.ts';

const [, , out] = process.argv;
if (out === undefined) throw new Error('name the folder to write to');
mkdirSync(out, { recursive: true });

const contracts = compile(readSources('Registry.sol', 'TestToken.sol'));
write('registry-abi.ts', 'registryAbi', contractOf('Registry').abi);
write('registry-code.ts', 'registryCode', contractOf('Registry').code);
write('test-token-abi.ts', 'testTokenAbi', contractOf('TestToken').abi);
write('test-token-code.ts', 'testTokenCode', contractOf('TestToken').code);

function contractOf(name: string): CompiledContract {
  const found = contracts[name];
  if (found === undefined) throw new Error(`there is no contract ${name}`);
  return found;
}

function write(file: string, name: string, value: unknown): void {
  const head = '// Generated from contracts/src by `npm run generate`.\n';
  const text = JSON.stringify(value, null, 2);
  writeFileSync(join(String(out), file), `${head}export const ${name} = ${text} as const;\n`);
}
