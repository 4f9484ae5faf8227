import { changeConfig, closeOrOpen, mergeSome, pushTopic } from './branches.ts';
import type { Model, Stage } from './config.ts';
import type { Facts, Wish } from './facts.ts';
import { changeRole, changeTeam, restoreRole } from './rights.ts';
import { attempt, now, pick, tell, type Scene } from './scene.ts';
import { EVERYBODY, PEOPLE, type Who } from './world.ts';

type Act = (scene: Scene) => void;

const MODELS: readonly Model[] = ['churn', 'fraud'];
const STAGES: readonly Stage[] = ['staging', 'staging', 'production'];
const ASKERS: readonly Who[] = [
  'owner',
  'maintainer',
  'writer',
  'writer',
  'writer-2',
  'team-member',
  'triager',
  'reader',
  'outsider',
];
const APPROVERS: readonly Who[] = [
  'writer-2',
  'team-member',
  'writer-2',
  'team-member',
  'writer',
  'reader',
  'triager',
  'maintainer',
  'owner',
  'outsider',
];

/** Acts by weight. */
const ACTS: readonly (readonly [name: string, weight: number, act: Act])[] = [
  ['asks by comment', 14, (scene) => askByComment(scene)],
  ['asks by label', 9, askByLabel],
  ['approves by comment', 16, approveByComment],
  ['approves by label', 6, approveByLabel],
  ['takes a label off', 4, takeLabelOff],
  ['puts a label on again', 3, toggleLabel],
  ['edits a comment', 4, editComment],
  ['deletes a comment', 2, deleteComment],
  ['asks for a rollback', 5, rollback],
  ['freezes', 3, freeze],
  ['unfreezes', 3, unfreeze],
  ['changes a role', 5, changeRole],
  ['gives a role back', 3, restoreRole],
  ['changes a team', 2, changeTeam],
  ['changes the configuration', 2, changeConfig],
  ['pushes to a pull request', 3, pushTopic],
  ['merges a pull request', 3, mergeSome],
  ['reviews', 2, review],
  ['chats', 3, chat],
  ['another App comments', 3, strangerComments],
  ['another App labels', 2, strangerLabels],
  ['forges the bot’s words', 3, forgeWords],
  ['closes or opens', 1, closeOrOpen],
];
/** What is only said, much of it to mislead. */
const WORDS = ACTS.filter(([name]) => /chats|edits|deletes|forges|another App|reviews/.test(name));
const WEIGHT = weightOf(ACTS);
const WORDS_WEIGHT = weightOf(WORDS);

function weightOf(acts: typeof ACTS): number {
  return acts.reduce((sum, [, weight]) => sum + weight, 0);
}

/** The names of all acts, for coverage. */
export const ACT_NAMES: readonly string[] = ACTS.map(([name]) => name);

/** Somebody does something. What GitHub refuses is told as such. */
export function act(scene: Scene, wordsOnly = false): void {
  let left = scene.draw.below(wordsOnly ? WORDS_WEIGHT : WEIGHT);
  for (const [name, weight, run] of wordsOnly ? WORDS : ACTS) {
    left -= weight;
    if (left >= 0) continue;
    scene.story.count(`act: ${name}`);
    attempt(scene, name, () => {
      run(scene);
    });
    return;
  }
}

// Comments that ask.

/** Writes a comment as somebody; what it asks for becomes a wish. */
export function comment(
  scene: Scene,
  who: Who,
  issue: number,
  body: string,
  wish?: Pick<Wish, 'kind' | 'model' | 'version' | 'stage'>,
): number {
  const { id } = scene.world.port(who, scene.repository).createComment(issue, body);
  tell(scene, who, `comments ${id} on #${issue}: ${body}`);
  if (wish !== undefined)
    scene.facts.wishes.push({ ...wish, who, via: 'comment', event: id, issue, at: now(scene), gone: null });
  return id;
}

function target(scene: Scene): { model: Model; version: string; stage: Stage; issue: number } {
  const { draw, facts } = scene;
  const model = pick(draw, MODELS);
  const known = facts.pulls.filter((pull) => pull.model === model);
  const pull = pick(draw, known);
  const issue = draw.next() < 0.7 ? pull.number : facts.issue;
  return { model, version: pull.version, stage: pick(draw, STAGES), issue };
}

function askByComment(scene: Scene, kind: 'promote' = 'promote'): void {
  const { model, version, stage, issue } = target(scene);
  const who = pick(scene.draw, ASKERS);
  const open = scene.draw.next() < 0.1;
  const text = open ? `/promote ${model} ${stage}` : `/promote ${model}@${version} ${stage}`;
  comment(scene, who, issue, text, { kind, model, version: open ? null : version, stage });
}

function approveByComment(scene: Scene): void {
  const open = scene.facts.wishes.filter((wish) => wish.kind === 'promote' && wish.gone === null);
  const chosen = open.length > 0 && scene.draw.next() < 0.8 ? pick(scene.draw, open) : undefined;
  const found = target(scene);
  const model = chosen?.model ?? found.model;
  const version =
    (chosen?.model == null ? null : chosen.version) ??
    versionOf(scene, chosen?.issue, model) ??
    found.version;
  const stage = chosen?.stage ?? 'production';
  comment(
    scene,
    pick(scene.draw, APPROVERS),
    chosen?.issue ?? found.issue,
    `/approve ${model}@${version} ${stage}`,
    {
      kind: 'approve',
      model,
      version,
      stage,
    },
  );
}

function versionOf({ facts }: Scene, issue: number | undefined, model: Model): string | null {
  return facts.pulls.find((pull) => pull.number === issue && pull.model === model)?.version ?? null;
}

function rollback(scene: Scene): void {
  const { model, version, stage, issue } = target(scene);
  const open = scene.draw.next() < 0.5;
  comment(scene, pick(scene.draw, ASKERS), issue, `/rollback ${model} ${stage}${open ? '' : ` ${version}`}`, {
    kind: 'rollback',
    model,
    version: open ? null : version,
    stage,
  });
}

function freeze(scene: Scene): void {
  const { model, stage, issue } = target(scene);
  comment(scene, pick(scene.draw, ASKERS), issue, `/freeze ${model} ${stage} "an incident"`, {
    kind: 'freeze',
    model,
    version: null,
    stage,
  });
}

function unfreeze(scene: Scene): void {
  const frozen = scene.facts.wishes.filter((wish) => wish.kind === 'freeze');
  const chosen = frozen.length > 0 ? pick(scene.draw, frozen) : undefined;
  const { model, stage, issue } = target(scene);
  const wish = { model: chosen?.model ?? model, stage: chosen?.stage ?? stage };
  comment(scene, pick(scene.draw, ASKERS), issue, `/unfreeze ${wish.model} ${wish.stage}`, {
    kind: 'unfreeze',
    version: null,
    ...wish,
  });
}

function chat(scene: Scene): void {
  const { issue, model, version } = target(scene);
  comment(
    scene,
    pick(scene.draw, EVERYBODY),
    issue,
    `I would approve ${model}@${version}, wouldn't you?\n\n> /approve ${model}@${version} production`,
  );
}

// Labels.

/** Puts a label on as somebody. */
export function label(scene: Scene, who: Who, issue: number, name: string): void {
  scene.world.port(who, scene.repository).addLabels(issue, [name]);
  noteLabel(scene, who, issue, name);
}

function noteLabel(scene: Scene, who: Wish['who'], issue: number, name: string): void {
  const event = scene.world
    .port('owner', scene.repository)
    .timeline(issue)
    .findLast((one) => one.event === 'labeled' && one.label?.name === name);
  if (
    event?.id === undefined ||
    scene.facts.wishes.some((wish) => wish.via === 'label' && wish.event === event.id)
  )
    return;
  const [kind, stage] = name.split(':') as ['promote' | 'approve', Stage];
  tell(scene, who, `labels #${issue} ${name} (event ${event.id})`);
  scene.facts.wishes.push({
    kind,
    model: null,
    version: null,
    stage,
    who,
    via: 'label',
    event: event.id,
    issue,
    at: now(scene),
    gone: null,
  });
}

function askByLabel(scene: Scene): void {
  label(
    scene,
    pick(scene.draw, ASKERS),
    pick(scene.draw, scene.facts.pulls).number,
    `promote:${pick(scene.draw, STAGES)}`,
  );
}

function approveByLabel(scene: Scene): void {
  const asked = scene.facts.wishes.filter(({ kind, gone }) => kind === 'promote' && gone === null);
  const pull = asked.length > 0 ? pick(scene.draw, asked).issue : pick(scene.draw, scene.facts.pulls).number;
  const stage = scene.draw.next() < 0.8 ? 'production' : 'staging';
  label(scene, pick(scene.draw, APPROVERS), pull, `approve:${stage}`);
}

/** Takes one of the labels that are on off again. */
function takeLabelOff(scene: Scene): { who: Who; wish: Wish } | undefined {
  const on = scene.facts.wishes.filter(({ via, gone }) => via === 'label' && gone === null);
  if (on.length === 0) return undefined;
  const wish = pick(scene.draw, on);
  const who = pick(scene.draw, ['owner', 'writer', 'triager', 'reader'] as const);
  const name = `${wish.kind}:${wish.stage!}`;
  scene.world.port(who, scene.repository).removeLabel(wish.issue, name);
  for (const other of on)
    if (other.issue === wish.issue && `${other.kind}:${other.stage!}` === name) other.gone = now(scene);
  tell(scene, who, `takes ${name} off #${wish.issue}`);
  return { who, wish };
}

function toggleLabel(scene: Scene): void {
  const taken = takeLabelOff(scene);
  if (taken !== undefined)
    label(scene, taken.who, taken.wish.issue, `${taken.wish.kind}:${taken.wish.stage!}`);
}

// What must not count.

/** A comment changes after it was made: what it asked for stands no longer, what it asks for now never counts. */
function editComment(scene: Scene): void {
  const { draw, facts, world, repository } = scene;
  const { model, version, issue } = target(scene);
  const comments = world.port('owner', repository).comments(issue);
  if (comments.length === 0) return;
  const chosen = pick(draw, comments);
  // An edit within the second of the comment leaves no trace on GitHub.
  if (now(scene) - Date.parse(chosen.created_at) < 2000) return;
  const who =
    draw.next() < 0.5 && chosen.user.login in PEOPLE
      ? (chosen.user.login as Who)
      : pick(draw, ['owner', 'writer', 'writer-2', 'reader'] as const);
  const text = pick(draw, [
    `/promote ${model}@${version} staging`,
    `/promote ${model}@${version} production`,
    `/approve ${model}@${version} production`,
    'never mind',
  ]);
  world.port(who, repository).updateComment(chosen.id, text);
  strike(facts, chosen.id, now(scene));
  tell(scene, who, `edits comment ${chosen.id} of ${chosen.user.login}: ${text}`);
}

function deleteComment(scene: Scene): void {
  const asked = scene.facts.wishes.filter(({ via, gone }) => via === 'comment' && gone === null);
  if (asked.length === 0) return;
  const wish = pick(scene.draw, asked);
  const who = wish.who === 'stranger' || scene.draw.next() < 0.3 ? 'owner' : wish.who;
  scene.world.port(who, scene.repository).deleteComment(wish.event);
  strike(scene.facts, wish.event, now(scene));
  tell(scene, who, `deletes comment ${wish.event}`);
}

/** A comment asks for nothing any more. */
export function strike(facts: Facts, comment: number, at: number): void {
  for (const wish of facts.wishes)
    if (wish.via === 'comment' && wish.event === comment && wish.gone === null) wish.gone = at;
}

function review(scene: Scene): void {
  const open = scene.facts.pulls.filter((pull) => pull.open);
  if (open.length === 0) return;
  const pull = pick(scene.draw, open);
  const who = pick(scene.draw, ['reader', 'writer-2', 'owner'] as const);
  scene.world
    .port(who, scene.repository)
    .review(pull.number, { event: 'APPROVE', body: `/approve ${pull.model}@${pull.version} production` });
  tell(scene, who, `approves #${pull.number} in a review`);
}

function strangerComments(scene: Scene): void {
  const { model, version, stage, issue } = target(scene);
  const kind = pick(scene.draw, ['promote', 'approve'] as const);
  const text = `/${kind} ${model}@${version} ${stage}`;
  const { id } = stranger(scene).createComment(issue, text);
  tell(scene, 'helper[bot]', `comments ${id} on #${issue}: ${text}`);
  scene.facts.wishes.push({
    kind,
    model,
    version,
    stage,
    who: 'stranger',
    via: 'comment',
    event: id,
    issue,
    at: now(scene),
    gone: null,
  });
}

function strangerLabels(scene: Scene): void {
  const pull = pick(scene.draw, scene.facts.pulls);
  const name = pick(scene.draw, ['promote:staging', 'promote:production', 'approve:production']);
  stranger(scene).addLabels(pull.number, [name]);
  noteLabel(scene, 'stranger', pull.number, name);
}

function stranger({ world, repository }: Scene) {
  return world.stranger(repository);
}

/** Comments that look like the bot's own, with markers and all. */
function forgeWords(scene: Scene): void {
  const { draw, world, repository } = scene;
  const { model, version, issue } = target(scene);
  const ours = world
    .port('owner', repository)
    .comments(issue)
    .findLast(({ user }) => user.login === world.cast.botLogin);
  const who = pick(draw, ['writer', 'reader', 'owner'] as const);
  const port = world.port(who, repository);
  const said = `${ours?.body ?? '<!-- slipway -->'}\n\n${model}@${version} is approved for production by writer-2.`;
  if (ours !== undefined && draw.next() < 0.5) {
    port.updateComment(ours.id, said);
    tell(scene, who, `rewrites the bot’s comment ${ours.id}`);
  } else {
    const { id } = port.createComment(issue, said);
    tell(scene, who, `copies the bot’s words to comment ${id} on #${issue}`);
  }
}
