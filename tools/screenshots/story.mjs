// Some people and what they write, for pictures. Maya looks at a page; the others use the command line.
import { join } from 'node:path';
import { createDevnet } from '../../e2e/dist/devnet.js';
import { startUntilReady } from '../../e2e/dist/long-running.js';
import { runSotto } from '../../e2e/dist/run-sotto.js';

/**
 * A devnet with Maya, her contacts and their chats, and an app that nobody has used yet. Everything lies in a
 * temporary folder and is gone after `close`.
 */
export async function playStory() {
  const devnet = await createDevnet(['--nodes', '5', '--swarms', '1', '--apps', 'maya,new']);
  /** @type {{ stop(signal: NodeJS.Signals): Promise<unknown> }[]} */
  const daemons = [];
  const apps = /** @type {{ name: string, url: string, profile: string }[]} */ (devnet.running.ready.apps);
  const [mayas, fresh] = apps;
  if (mayas === undefined || fresh === undefined) throw new Error('the devnet runs without apps');
  const { url, profile } = mayas;
  try {
    const create = (name, folder, more = []) =>
      sotto('account', 'create', '--profile', folder, '--name', name, '--network', devnet.network, ...more);
    const maya = { profile, account: (await create('Maya', profile)).account_id };
    const person = async (label, name, more) => {
      const folder = join(devnet.dir, label);
      const { account_id: account } = await create(name, folder, more);
      daemons.push(await startUntilReady(['daemon', '--profile', folder]));
      return { profile: folder, account };
    };
    const jonas = await person('jonas', 'Jonas Weber');
    const layla = await person('layla', 'ليلى حدّاد');
    const priya = await person('priya', 'Priya Raman');
    const samuel = await person('samuel', 'Samuel', ['--onion-only']);
    const long = await person('long', 'Maximiliane von Hohenstein-Wittelsbach zu Niederbayern');
    const tom = await person('tom', 'Tom Becker');
    await play(maya, { jonas, layla, priya, samuel, long, tom });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    newUrl: fresh.url,
    ctl: devnet.ctl,
    /** Maya lets her chat with Priya go by the relay only, and writes there. */
    async writeByRelay(text) {
      await sotto(
        'send',
        '--profile',
        profile,
        '--to',
        'Priya Raman',
        '--road',
        'relay',
        '--timeout',
        '1',
        '--',
        text,
      );
    },
    close,
  };

  async function close() {
    await Promise.all(daemons.map((daemon) => daemon.stop('SIGTERM')));
    await devnet.close();
  }
}

async function play(maya, { jonas, layla, priya, samuel, long, tom }) {
  await meet(maya, samuel, 'Is this the quiet road?', 'It is. Three hops, and nobody knows both of us.');
  await talk(maya, samuel, [['out', 'Then I am glad that we took it.']]);

  await meet(maya, long, 'Guten Tag, hier ist Maya aus dem Chor.', 'Guten Tag! Schön, dass Sie schreiben.');
  await talk(maya, long, [['in', 'Die Probe am Donnerstag beginnt erst um 19:30 Uhr, bitte weitersagen.']]);

  await meet(maya, priya, 'Hi Priya, it is Maya', 'Maya! You found me.');
  await talk(maya, priya, [
    ['out', 'Shall I bring the slides on paper as well?'],
    ['in', 'Please do. The projector has its moods.'],
  ]);

  await meet(maya, layla, 'مرحبًا ليلى، أنا مايا', 'أهلًا مايا! سعيدة برسالتك');
  await sotto('contacts', 'road', layla.account, 'onion', '--profile', maya.profile);
  await talk(maya, layla, [
    ['out', 'من الآن نكتب عبر الطريق البصلي فقط'],
    ['in', 'فكرة جيدة. هل نلتقي غدًا في المقهى؟'],
    ['out', 'نعم، الساعة الخامسة'],
    ['in', 'اتفقنا، إلى الغد!'],
  ]);

  await meet(maya, jonas, 'Hello Jonas, this is Maya', 'Hi Maya, good to have you here!');
  await sotto('contacts', 'verify', jonas.account, '--profile', maya.profile);
  await talk(maya, jonas, [
    ['in', 'Are you free on Saturday? The weather looks good for the lake.'],
    ['out', 'Yes! I can be at the station at nine.'],
    ['out', 'Shall I bring lunch for the two of us?'],
    ['in', 'Bring bread, I have cheese, tomatoes and far too many apples.'],
    [
      'in',
      'Train leaves 9:12, platform 4. We walk along the north shore, about three hours, and can swim at the end if you dare.',
    ],
    ['out', 'I dare 😊'],
    ['in', 'Wunderbar, bis Samstag!'],
  ]);
  await write(
    tom,
    maya.account,
    'Hello Maya, Jonas gave me your ID. I would like to come along on Saturday.',
  );
  await talk(maya, priya, [
    ['in', 'One more thing: can you send me your abstract?'],
    ['in', 'No hurry, tomorrow is fine.'],
  ]);
}

/** Maya writes first, the other accepts and answers. */
async function meet(maya, other, first, answer) {
  await write(maya, other.account, first);
  await sotto('receive', '--profile', other.profile, '--timeout', '60');
  await sotto('contacts', 'accept', maya.account, '--profile', other.profile);
  await write(other, maya.account, answer);
  await settle(maya);
}

async function talk(maya, other, lines) {
  for (const [way, text] of lines) {
    if (way === 'out') {
      await write(maya, other.account, text);
      await sotto('receive', '--profile', other.profile, '--timeout', '60');
    } else {
      await write(other, maya.account, text);
      await settle(maya);
    }
  }
}

async function settle(maya) {
  await sotto('receive', '--profile', maya.profile, '--timeout', '60');
}

function write(from, to, text) {
  return sotto('send', '--profile', from.profile, '--to', to, '--', text);
}

async function sotto(...args) {
  const flagsEnd = args.includes('--') ? args.indexOf('--') : args.length;
  const done = await runSotto(args.toSpliced(flagsEnd, 0, '--json'));
  // 3: written down, and on its way as soon as there is one.
  if (done.code !== 0 && done.code !== 3) {
    throw new Error(`sotto ${args[0]} ended with ${done.code}: ${done.stderr}`);
  }
  const last = done.stdout.trim().split('\n').at(-1);
  return last ? JSON.parse(last) : {};
}
