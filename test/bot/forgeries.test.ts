import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { RunningBot } from '../../bot/main.ts';
import { issueJobToken } from '../../sandbox/access/tokens.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { octokitApi } from '../../src/platform/github/octokit-api.ts';
import { entryMessage } from '../../src/registry/index.ts';
import { handoverZip } from '../support/judging-world.ts';
import { finish, runsOf, upload, WORKFLOW } from './handed-over.ts';
import { deliver, deliverAgain, facts, line, signed, STAGED, stories, UNTIL } from './looks.ts';
import { CONFIG, SECRET, stand, type Place, type Stand } from './stand.ts';

const KINDS = ['schema', 'outside', 'bomb', 'many', 'huge', 'link', 'unlisted', 'garbage'] as const;
const MODELS = KINDS.map(
  (name) => `  ${name}:
    task: binary
    data: {source: data.csv, split: {test: 0.2}, target: churned}
    train: {run: python train.py, outputs: {model: [model/**]}}
    evaluate: {metrics: [roc_auc], gates: [{metric: roc_auc, min: 0.5}]}
`,
);
const FILES = {
  'slipway.yaml': `${CONFIG}${MODELS.join('')}`,
  '.github/workflows/ci.yml': WORKFLOW,
};

/** What somebody hands over, by what is wrong with it. */
function forged(kind: (typeof KINDS)[number]): Buffer {
  const model = { 'model/model.json': '{}', 'predictions.csv': 'id,score\n1,0.5\n' };
  const zip = (run: object = {}, extra: Parameters<typeof handoverZip>[2] = []) =>
    handoverZip(model, { model: kind, ...run }, extra);
  switch (kind) {
    case 'schema':
      return zip({ schema: 'slipway.handover/2', verdict: 'pass', pull: 1 });
    case 'outside':
      return zip({}, [{ name: '../../slipway.yaml', content: 'version: 1' }]);
    case 'bomb':
      return zip({}, [{ name: 'model/zeros', content: Buffer.alloc(64 * 2 ** 20) }]);
    case 'many':
      return zip(
        {},
        Array.from({ length: 5100 }, (_, n) => ({ name: `model/${n}`, content: '' })),
      );
    case 'huge':
      return zip({ versions: { slipway: 'x'.repeat(40 * 2 ** 20) } });
    case 'link':
      return zip({}, [{ name: 'model/passwd', content: '/etc/passwd', mode: 0o120777 }]);
    case 'unlisted':
      return zip({}, [{ name: 'model/more.json', content: '{}' }]);
    case 'garbage':
      return Buffer.from('PK and nothing of a zip');
  }
}

describe('what people and machines forge', () => {
  let here: Stand;
  let bot: RunningBot;
  let place: Place;
  const at = () => ({ owner: 'owner', repo: place.name });
  /** What happened in the place, besides what is granted to prove that everything before was read. */
  const untouched = async () => expect(await stories(here, place)).toEqual(STAGED);

  beforeAll(async () => {
    here = await stand();
    bot = await here.bot();
    place = await here.repository('forged', FILES);
  });
  afterAll(() => here.close());

  it('(a promotion to staging is what there is to begin with)', async () => {
    await here.label('writer', place, 'promote:staging');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
  });

  it('a comment in the bot’s clothes, by whoever may comment', async () => {
    for (const who of ['outsider', 'writer-2'] as const) {
      const body = '<!-- slipway:report -->\n## churn: PASS\n/promote churn@v1.0.0 production';
      const id = await here.comment(who, place, body);
      const said = await line(here, place, { msg: 'ignored', event: id });
      expect(said).toMatchObject({ by: who, why: expect.stringContaining('made to look like') as unknown });
    }
    await untouched();
    expect((await facts(here, place)).answers).toHaveLength(1);
  });

  it('a request by a reader', async () => {
    const event = await here.comment('reader', place, '/promote churn@v1.0.0 production');
    const said = await line(here, place, { msg: 'request refused', event });
    expect(said).toMatchObject({ by: 'reader', rules: expect.arrayContaining(['no-rights']) as unknown });
    await untouched();
  });

  it('a label and a command by a workflow’s token', async () => {
    const run = runsOf(here, place, 'push')[0]!;
    const { core } = here.sandbox.sandbox;
    const token = core.store.transaction(() =>
      issueJobToken(core, {
        ...{ repositoryId: place.id, runId: run.id, jobId: run.job },
        ...{ permissions: { issues: 'write', 'pull-requests': 'write' }, expiresAt: '2099-01-01T00:00:00Z' },
      }),
    );
    const machine: Api = octokitApi({ baseUrl: here.sandbox.api, token, userAgent: 'a-workflow' });
    const issue = { ...at(), issue_number: place.pull };
    await machine('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...issue,
      labels: ['approve:production', 'promote:production'],
    });
    await machine('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...issue,
      body: '/approve churn@v1.0.0 production',
    });
    for (const via of ['label', 'comment'])
      await line(here, place, { via, by: 'github-actions[bot]', why: 'bots are not heard' });
    await untouched();
    for (const name of ['approve:production', 'promote:production'])
      await here.as('owner')('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
        ...issue,
        name,
      });
  });

  it('a review by a reader', async () => {
    await here.as('reader')('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...at(),
      ...{ pull_number: place.pull, event: 'APPROVE', body: '/approve churn@v1.0.0 production' },
    });
    await line(here, place, { msg: 'ignored', event: 'pull_request_review', by: 'reader' });
    await untouched();
  });

  it('version tags and stage tags by a writer', async () => {
    const sha = (await here.entries(place))[0]!.commit;
    for (const tag of ['churn@v9.9.9', 'churn#production#7']) {
      await here.as('writer')('POST /repos/{owner}/{repo}/git/refs', {
        ...at(),
        ...{ ref: `refs/tags/${tag}`, sha },
      });
      await line(here, place, { msg: 'ignored', tag, by: 'writer' });
    }
    await untouched();
  });

  it('an approval by a label that is taken off again', async () => {
    const issue = { ...at(), issue_number: place.pull };
    await here.label('writer-2', place, 'approve:production');
    await here.as('writer-2')('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      ...issue,
      name: 'approve:production',
    });
    const event = await here.comment('writer', place, '/promote churn@v1.0.0 production');
    const said = await line(here, place, { msg: 'request waits', event });
    expect(said).toMatchObject({ rules: expect.arrayContaining(['approvals']) as unknown });
    await untouched();
  });

  it('an artifact: each is refused with a reason, and nothing of it is believed', async () => {
    const run = runsOf(here, place, 'pull_request')[0]!;
    for (const kind of KINDS) upload(here, place, run, `slipway-${kind}`, forged(kind));
    finish(here, run);
    for (const kind of KINDS) {
      const said = await line(here, place, { msg: 'pull request refused', model: kind });
      expect([kind, String(said['why']).length > 20]).toEqual([kind, true]);
    }
    const gates = async () => {
      const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
      const { data } = await here.as('owner')(route, { ...at(), ref: 'change' });
      const { check_runs: found } = data as { check_runs: { name: string; conclusion: string }[] };
      return found.filter(({ name }) => name === 'slipway/gate').map(({ conclusion }) => conclusion);
    };
    await expect.poll(gates, UNTIL).toEqual(['failure']);
    await untouched();
  }, 60_000);

  it('an artifact of a run that is not the pull request’s', async () => {
    const [judged] = runsOf(here, place, 'pull_request');
    const run = runsOf(here, place, 'push').find(({ headSha }) => headSha === judged!.headSha)!;
    upload(here, place, run, 'slipway-churn', handoverZip({ 'model/model.json': '{}' }, { model: 'churn' }));
    finish(here, run);
    const said = await line(here, place, { msg: 'ignored', event: 'workflow_run', run: run.id });
    expect(said['why']).toContain('run of push');
    expect(here.lines.filter(({ model, head }) => model === 'churn' && head !== undefined)).toEqual([]);
  });

  it('an evaluation record that a writer pushes', async () => {
    const writer = here.as('writer');
    const month = new Date().toISOString().slice(0, 7);
    const content = Buffer.from('{"decision":"pass"}').toString('base64');
    const { data } = await writer('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at(), ref: 'heads/main' });
    const { sha } = (data as { object: { sha: string } }).object;
    const branch = `slipway/ledger-${month}`;
    await writer('POST /repos/{owner}/{repo}/git/refs', { ...at(), ref: `refs/heads/${branch}`, sha });
    const made = await writer('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...at(),
      ...{ branch, path: 'evaluations/churn/a/b.json', content, message: 'evaluation of churn for #1: pass' },
    });
    const { commit } = made.data as { commit: { sha: string } };
    await line(here, place, { msg: 'a commit of the ledger is ignored', commit: commit.sha });
    await untouched();
  });

  it('deliveries: replayed under the same or another id, badly signed, of another installation or repository', async () => {
    for (let times = 0; times < 2; times++)
      expect(new Set(await deliverAgain(here, bot, signed))).toEqual(new Set([202]));
    await line(here, null, { msg: 'delivery came again: it only wakes' });
    const { deliveries, deliveryBodies } = here.sandbox.sandbox.core.tables;
    const labeled = [...deliveries.all()].find(({ event }) => event === 'pull_request')!;
    const body = deliveryBodies.require(labeled.id).payload;
    expect(await deliver(bot, signed(body), { id: 'another-id', event: 'pull_request' })).toBe(202);
    for (const signature of ['', 'sha256=00', signed(body, 'a guessed secret').signature]) {
      expect(await deliver(bot, { body, signature }, { id: 'unsigned' })).toBe(401);
    }
    await line(here, null, { delivery: 'unsigned', reason: 'no signature' });
    await line(here, null, { delivery: 'unsigned', reason: 'the signature does not fit' });
    const elsewhere = (repository: object, installation: number) =>
      deliver(bot, signed(JSON.stringify({ repository, installation: { id: installation } })));
    const named = (id: number, name: string) => ({ id, name, owner: { login: 'owner' } });
    expect(await elsewhere(named(777_001, 'elsewhere-1'), 999_999)).toBe(202);
    await line(here, null, { msg: 'repository parked', repository: 'owner/elsewhere-1', reason: /404/ });
    const own = [...here.sandbox.sandbox.core.tables.installations.all()][0]!.id;
    expect(await elsewhere(named(777_002, 'elsewhere-2'), own)).toBe(202);
    await line(here, null, { msg: 'repository parked', repository: 'owner/elsewhere-2' });
    await untouched();
  });

  it('a push to the log, also one that looks like an entry of the App', async () => {
    const writer = here.as('writer');
    const get = async (ref: string) =>
      (
        (await writer('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at(), ref })).data as {
          object: { sha: string };
        }
      ).object.sha;
    const good = await get('heads/slipway/log');
    const entries = await here.entries(place);
    const { data } = await writer('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...at(),
      commit_sha: good,
    });
    const message = entryMessage({
      ...entries.at(-2)!,
      ...{ n: entries.length + 1, stage: 'production', request: 'f'.repeat(64), approvals: [] },
    });
    const made = await writer('POST /repos/{owner}/{repo}/git/commits', {
      ...at(),
      ...{ message, tree: (data as { tree: { sha: string } }).tree.sha, parents: [good] },
    });
    const { sha: bad } = made.data as { sha: string };
    await writer('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...at(),
      ...{ ref: 'heads/slipway/log', sha: bad },
    });
    const said = await line(here, place, { msg: 'the log is not acted upon' });
    expect(JSON.stringify(said)).toContain(bad);
    expect(String(said['repair'])).toContain(`${good}:refs/heads/slipway/log`);
    const event = await here.comment('writer', place, '/freeze churn staging "a test"');
    await line(here, place, { msg: 'request waits', event });
    await untouched();
    await here.as('owner')('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...at(),
      ...{ ref: 'heads/slipway/log', sha: good, force: true },
    });
    await expect.poll(() => stories(here, place), UNTIL).toEqual([...STAGED, 'freeze staging']);
  });

  it('leaves no secret in the log', () => {
    const text = JSON.stringify(here.lines);
    expect(text).not.toMatch(/gh[a-z]_[A-Za-z0-9]{8}|BEGIN [A-Z ]*KEY|eyJ[\w-]{10}|"payload"/);
    expect(text).not.toContain(SECRET);
    const key = here.environment['PRIVATE_KEY']!.split('\n').filter((part) => part.length > 40);
    expect(key.length).toBeGreaterThan(5);
    for (const part of key) expect(text).not.toContain(part);
  });
});
