import { capture } from '../setup/run.mjs';

/** The committed protobuf code and contracts are what `npm run generate` writes from their sources. */
export async function checkGenerated() {
  const { code, output } = await capture(process.execPath, ['tools/generate.mjs', '--check']);
  return {
    problems: code === 0 ? [] : [output.trim()],
    note: code === 0 ? output.trim().replaceAll('\n', ', ') : '',
  };
}
