import { join } from 'node:path';
import { createDevnet, type Devnet } from './devnet.ts';
import { linesOf } from './json-lines.ts';
import { runSotto } from './run-sotto.ts';

/** A devnet with the apps of some people, who have no accounts yet. */
export interface AppsNet extends Devnet {
  /** The link to the page of an app, with its secret. */
  url(app: string): string;
  /** The folder of its profile. */
  profile(app: string): string;
  /** Kill an app and start it again; returns its new link. */
  restart(app: string): Promise<string>;
}

interface AppLine {
  readonly name: string;
  readonly url: string;
  readonly profile: string;
}

export async function createAppsNet(labels: readonly string[]): Promise<AppsNet> {
  // One swarm of five carries both roads, and is there soonest.
  const flags = ['--nodes', '5', '--swarms', '1', '--apps', labels.join(',')];
  const devnet = await createDevnet(flags);
  const apps = devnet.running.ready['apps'] as readonly AppLine[];
  const find = (label: string): AppLine => {
    const found = apps.find(({ name }) => name === label);
    if (found === undefined) throw new Error(`no app ${label}`);
    return found;
  };
  return {
    ...devnet,
    url: (label) => find(label).url,
    profile: (label) => find(label).profile,
    async restart(label) {
      await devnet.ctl('kill', `app:${label}`);
      const dir = join(devnet.dir, 'net');
      const done = await runSotto(['devnet', 'ctl', '--dir', dir, '--json', 'start', `app:${label}`]);
      const [started] = linesOf(done.stdout);
      if (done.code !== 0) throw new Error(`app:${label} does not start: ${done.stderr}`);
      return String(started?.['url']);
    },
  };
}
