import { openFolderBlobs } from '../src/folder/open-folder-blobs.ts';
import { Serving } from './_serve.ts';

/** Serves the folder that is named, prints its URL, and ends when somebody kills it. */
const [folder = ''] = process.argv.slice(2);
const serving = new Serving({ blobs: await openFolderBlobs({ folder, cap: 1024 * 1024 * 1024 }) });
await serving.listen();
process.stdout.write(`${serving.url}\n`);
