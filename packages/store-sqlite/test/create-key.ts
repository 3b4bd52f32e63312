import { toHex } from '@sotto/bytes';
import { createProfileKey } from '../src/profile-key.ts';

/** Child of create-at-once.test.ts: make a key when told to; print it, or the code of the refusal. */
const [folder, passphrase] = process.argv.slice(2);
if (folder === undefined) throw new Error('the folder is missing');
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  try {
    const secured = passphrase === undefined ? {} : { passphrase };
    const cost = { memoryBytes: 32 * 1024 * 1024, passes: 8 };
    process.stdout.write(`${toHex(createProfileKey({ folder, cost, ...secured }).expose())}\n`);
  } catch (error) {
    process.stdout.write(`${(error as { code?: string }).code}\n`);
  }
});
