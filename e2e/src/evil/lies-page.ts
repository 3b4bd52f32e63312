import type { LieGroup } from './lie.ts';
import { verdictOf, wordsOf } from './told.ts';

export interface Chapter {
  readonly title: string;
  /** What stands before its tables. */
  readonly intro: string;
  readonly groups: readonly LieGroup<never>[];
}

/** A lie to servers, of which users hear nothing, and the test by which it is known. */
export interface ServerLie {
  readonly it: string;
  readonly verdict: 'detected' | 'harmless';
  /** The title of the test, or what stands in it for a table of them. */
  readonly test: string;
}

export interface ServerChapter {
  readonly title: string;
  readonly intro: string;
  /** The file of the tests, from the root of the repository. */
  readonly file: string;
  readonly lies: readonly ServerLie[];
}

const HEAD = `# Lies

What a relay and storage nodes can say that is not so, what the client must do, and what the user is told. Every row is
a test with real clients: the lie is told, at least once; nothing of it is believed; when it is over, every message
that was written is shown once and in order, and honest ones go both ways. So each is *detected*, which means that somebody is
told of it, or *harmless*: nothing false came of it, and nothing was lost. A test run takes all lies of the relay and half
of those of storage nodes, at random; \`SOTTO_LIES=all\` takes all. This page is written from those tests
(\`npx vitest run --project e2e e2e/src/evil -u\`), and one fails when it differs.
`;

/** docs/lies.md as it must be. */
export function liesPage(chapters: readonly Chapter[], servers: readonly ServerChapter[]): string {
  const parts = [HEAD];
  for (const { title, intro, groups } of chapters) {
    const count = groups.reduce((sum, { lies }) => sum + lies.length, 0);
    parts.push(`## ${title}\n\n${intro} ${count} lies.\n`);
    for (const group of groups) parts.push(tableOf(group));
  }
  for (const { title, intro, file, lies } of servers) {
    const rows = lies.map(({ it, verdict, test }) => `| ${it} | ${verdict} | ${test} |`);
    const tests = `[\`${file.split('/').at(-1)}\`](../${file})`;
    parts.push(
      `## ${title}\n\n${intro}: ${tests}.\n\n| it | is | the test |\n|---|---|---|\n${rows.join('\n')}\n`,
    );
  }
  return parts.join('\n');
}

function tableOf({ title, lies }: LieGroup<never>): string {
  const rows = lies.map(
    ({ name, tells, must, told }) => `| ${[name, tells, must, verdictOf(told), wordsOf(told)].join(' | ')} |`,
  );
  return `### ${title}\n\n| lie | it | the client must | it is | the user is told by |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
