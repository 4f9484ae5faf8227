import { hash } from 'node:crypto';

import { ApiError } from '../../sandbox/kernel/errors.ts';
import type { EntryDraft } from '../../src/contracts/entry.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { appendEntry } from '../../src/registry/index.ts';
import { callApi } from './api.ts';
import type { Cluster } from './cluster.ts';
import type { PullFact } from './facts.ts';
import { pick, type Scene } from './scene.ts';
import type { Scheduler } from './scheduler.ts';
import type { Watch } from './watch.ts';
import { keyOfPull } from './versions.ts';
import { OWNER, type Who } from './world.ts';

const MINUTE = 60_000;
const LOG = 'heads/slipway/log';

interface Crime extends Scene {
  readonly watch: Watch;
  readonly cluster: Cluster;
}

type Deed = (scheduler: Scheduler, scene: Crime, who: Who) => void;

const DEEDS: readonly (readonly [name: string, deed: Deed])[] = [
  ['log entry', forgeEntry],
  ['log entry', forgeEntry],
  ['log tree', forgeTree],
  ['version tag', forgeTag],
  ['stage tag', forgeStageTag],
  ['release', forgeRelease],
  ['draft', forgeDraft],
  ['asset', forgeAsset],
  ['deployment', forgeDeployment],
  ['deploy event', forgeEvent],
  ['status', forgeStatus],
  ['run', forgeRun],
  ['run', forgeRun],
];

/** The names of all forgeries, for coverage. */
export const FORGERIES: readonly string[] = [...new Set(DEEDS.map(([name]) => name))];

/** Somebody who may write makes something look as if the bot had made it. None of it may change anything. */
export function forge(scheduler: Scheduler, scene: Crime, only?: string): void {
  const deeds = only === undefined ? DEEDS : DEEDS.filter(([name]) => name === only);
  const [name, deed] = pick(scene.draw, deeds);
  const who = pick(scene.draw, ['writer', 'maintainer'] as const);
  try {
    deed(scheduler, scene, who);
    scene.story.count(`forged: ${name}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    scene.story.tell(scene.world.clock.now(), 'GitHub', `refuses (forged ${name}): ${error.message}`);
  }
}

function tell(scene: Crime, who: Who, text: string): void {
  scene.story.tell(scene.world.clock.now(), who, text);
}

/**
 * An entry with all that belongs to it, written by Slipway itself in somebody else's hands: a writer's, or another App's,
 * whose commits GitHub signs as well.
 */
function forgeEntry(scheduler: Scheduler, scene: Crime, who: Who): void {
  const { watch, world, repository, draw } = scene;
  if (watch.forged !== null) return;
  const [name, version] = pick(draw, [...watch.ledger.versions]);
  const [model, number] = name.split('@') as [string, string];
  const other = draw.next() < 0.5;
  const token = other ? world.strangerToken(repository) : world.cast.tokens[who];
  const place = { owner: OWNER, repo: repository };
  const api: Api = (route, values = {}) =>
    Promise.resolve(callApi(world.sandbox.core, undefined, token, route, { ...place, ...values }));
  const draft: EntryDraft = {
    op: 'promote',
    model,
    stage: pick(draw, ['staging', 'production']),
    version: number,
    manifest: version.manifest,
    request: hash('sha256', `forged ${world.clock.now()}`),
    actor: { id: world.cast.ids['writer-2'], login: 'writer-2' },
    approvals: [],
    mode: other ? 'app' : pick(draw, ['app', 'open']),
    config: null,
  };
  const options = {
    trust: { bot: null },
    recheck: () => Promise.resolve(null),
    sleep: () => Promise.resolve(),
  };
  appendEntry(githubLogStore(api, place), draft, options).then(
    ({ status }) => {
      if (status === 'appended') pushed(scheduler, scene, other ? 'helper[bot]' : who);
    },
    () => undefined,
  );
}

/** The state in the tree says something else than the entries. */
function forgeTree(scheduler: Scheduler, scene: Crime, who: Who): void {
  const { watch, world, repository } = scene;
  const port = world.port(who, repository);
  if (watch.forged !== null) return;
  const head = port.ref(LOG)!.object.sha;
  const tree = port.createTree(port.commit(head).tree.sha, { 'models/churn.json': '{}\n' });
  port.updateRef(LOG, port.createCommit({ message: 'Tidy up', tree, parents: [head] }));
  pushed(scheduler, scene, who);
}

function pushed(scheduler: Scheduler, scene: Crime, who: string): void {
  const { watch, world, repository, story } = scene;
  watch.tampered();
  story.tell(world.clock.now(), who, 'pushes a commit of their own to the log');
  scheduler.after((5 + scene.draw.below(120)) * MINUTE, () => {
    world.port('owner', repository).updateRef(LOG, watch.head!, true);
    watch.repaired();
    tell(scene, 'owner', 'puts the log back to the last good entry');
  });
}

function forgeTag(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const port = scene.world.port(who, scene.repository);
  const object = port.ref('heads/main')!.object.sha;
  const name = pick(scene.draw, ['churn@v1.2.0', 'churn@v9.0.0', 'fraud@v1.1.0']);
  port.createRef(`refs/tags/${name}`, port.createTag({ tag: name, message: '{"manifest":"none"}', object }));
  if (!scene.watch.ledger.versions.has(name)) scene.facts.tampered.add(name);
  tell(scene, who, `tags ${name}`);
}

/** A release under the name of a version that is to come, as if it had been registered. */
function forgeRelease(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const port = scene.world.port(who, scene.repository);
  const tag = pick(scene.draw, ['churn@v1.2.0', 'fraud@v1.1.0', 'churn@v1.0.0']);
  const { id } = port.createRelease({ tag_name: tag, target_commitish: 'main', name: tag, draft: true });
  port.uploadAsset(id, 'manifest.json', Buffer.from('{"files": []}'));
  port.updateRelease(id, { tag_name: tag, draft: false });
  scene.facts.tampered.add(tag);
  tell(scene, who, `publishes a release ${tag}`);
}

/** A draft that says to belong to a registration which is to come. */
function forgeDraft(_scheduler: Scheduler, scene: Crime, who: Who): void {
  draftFor(scene, who, pick(scene.draw, scene.facts.pulls));
}

/** A writer's draft with the key of a pull request's registration, and a file of their own. */
export function draftFor(scene: Scene, who: Who, pull: PullFact): void {
  const port = scene.world.port(who, scene.repository);
  const tag = `${pull.model}@${pull.version}`;
  const body = `<!-- slipway-key: ${keyOfPull(scene.repository, pull)} -->`;
  const { id } = port.createRelease({
    tag_name: tag,
    target_commitish: 'main',
    name: tag,
    body,
    draft: true,
  });
  port.uploadAsset(id, 'model.safetensors.part-0001', Buffer.from('other bytes'));
  scene.story.tell(scene.world.clock.now(), who, `drafts a release ${tag} with the key of #${pull.number}`);
}

/** A file of a version is replaced by another one of its name. */
function forgeAsset(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const port = scene.world.port(who, scene.repository);
  const release = pick(scene.draw, port.releases());
  const asset = pick(scene.draw, port.assets(release.id));
  port.deleteAsset(asset.id);
  scene.facts.tampered.add(release.tag_name);
  port.uploadAsset(release.id, asset.name, Buffer.alloc(asset.size, 'x'));
  tell(scene, who, `replaces ${asset.name} of ${release.tag_name}`);
}

function forgeStageTag(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const port = scene.world.port(who, scene.repository);
  const object = port.ref('heads/main')!.object.sha;
  const name = `churn#production#${1 + scene.draw.below(9)}`;
  port.createRef(`refs/tags/${name}`, port.createTag({ tag: name, message: 'forged', object }));
  tell(scene, who, `tags ${name}`);
}

function forgeDeployment(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const port = scene.world.port(who, scene.repository);
  const payload = { model: 'churn', stage: 'staging', n: scene.watch.ledger.entries.length };
  const { id } = port.createDeployment({
    ref: 'main',
    environment: 'staging',
    payload,
    required_contexts: [],
  });
  port.setDeploymentStatus(id, { state: 'success' });
  tell(scene, who, 'says that a deployment succeeded');
}

/** Starts the workflow that deploys, as the bot does, for an entry that waits or does not exist. */
function forgeEvent(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const { entries } = scene.watch.ledger;
  const last = entries.findLast(({ op }) => op === 'promote');
  const { model, stage, version, manifest } = last ?? entries[0]!;
  const n = scene.draw.next() < 0.5 && last !== undefined ? last.n : entries.length + 1;
  const payload = { n, model, stage: stage ?? 'production', version, manifest };
  scene.world.port(who, scene.repository).dispatch('slipway-deploy', payload);
  tell(scene, who, `starts a deployment of ${n} by hand`);
}

/** A workflow of their own that succeeds under the name of a deployment which has not ended. */
function forgeRun(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const { watch, world, cluster } = scene;
  const pending = [...watch.ledger.places].find(([, { holding }]) => holding?.status === 'pending');
  const n = pending?.[1].holding?.n ?? watch.ledger.entries.length + 1;
  const [model = 'churn', stage = 'staging'] = pending?.[0].split('/') ?? [];
  const branch = pick(scene.draw, ['main', 'topic-4']);
  cluster.pretend({ n, model, stage, version: 'v1.0.0', manifest: null }, world.cast.ids[who], branch);
  tell(scene, who, `lets a run on ${branch} succeed as the deployment of ${n}`);
}

function forgeStatus(_scheduler: Scheduler, scene: Crime, who: Who): void {
  const pull = pick(scene.draw, scene.facts.pulls);
  scene.world.port(who, scene.repository).setStatus(pull.head, { state: 'success', context: 'slipway/gate' });
  tell(scene, who, `sets the status slipway/gate of #${pull.number}`);
}
