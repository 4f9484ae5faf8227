import { configText } from './config.ts';
import type { PullFact } from './facts.ts';
import { now, pick, tell, type Scene } from './scene.ts';
import type { Who } from './world.ts';

/** Commits files onto a branch as somebody and gives the commit. */
function commit(
  scene: Scene,
  who: Who,
  branch: string,
  files: Readonly<Record<string, string>>,
  force = false,
): string {
  const port = scene.world.port(who, scene.repository);
  const head = port.ref(`heads/${branch}`)!.object.sha;
  const parent = force ? (port.commit(head).parents[0]?.sha ?? head) : head;
  const tree = port.createTree(port.commit(parent).tree.sha, files);
  const made = port.createCommit({ message: 'Change', tree, parents: [parent] });
  port.updateRef(`heads/${branch}`, made, force);
  return made;
}

/** The configuration on main asks for more, or for less again. */
export function changeConfig(scene: Scene): void {
  const edition = scene.facts.edition.now.edition === 'usual' ? 'stricter' : 'usual';
  const who = pick(scene.draw, ['owner', 'maintainer'] as const);
  const made = commit(scene, who, 'main', { 'slipway.yaml': configText(edition) });
  scene.facts.edition.set(now(scene), { edition, commit: made });
  tell(scene, who, `changes slipway.yaml on main: ${edition}`);
}

/** An author pushes to their open pull request. */
export function pushTopic(scene: Scene): void {
  const open = scene.facts.pulls.filter((pull) => pull.open);
  if (open.length === 0) return;
  const pull = pick(scene.draw, open);
  const force = scene.draw.next() < 0.4;
  // A pull request may well ask for less in its own copy of the configuration.
  const files: Record<string, string> = { 'train.py': `print(${now(scene)})\n` };
  if (scene.draw.next() < 0.3) {
    files['slipway.yaml'] = configText('usual').replaceAll(/approvals: \d+/g, 'approvals: 0');
    pull.loosens = true;
  }
  pull.head = commit(scene, pull.author, pull.branch, files, force);
  tell(scene, pull.author, `${force ? 'force-pushes' : 'pushes'} to #${pull.number}`);
}

/** Somebody merges an open pull request. */
export function mergeSome(scene: Scene): void {
  const open = scene.facts.pulls.filter((pull) => pull.open && !pull.loosens);
  if (open.length > 0)
    merge(scene, pick(scene.draw, ['maintainer', 'owner', 'writer-2'] as const), pick(scene.draw, open));
}

/** Merges a pull request: what it trained is to be registered. */
export function merge(scene: Scene, who: Who, pull: PullFact): void {
  if (!pull.open || pull.loosens) return;
  pull.merged = scene.world.port(who, scene.repository).mergePull(pull.number);
  pull.open = false;
  const { now: edition } = scene.facts.edition;
  scene.facts.edition.set(now(scene), { edition: edition.edition, commit: pull.merged });
  tell(scene, who, `merges #${pull.number} (${pull.model}@${pull.version})`);
  scene.merged(pull);
}

/** The owner closes a pull request, or opens it again. */
export function closeOrOpen(scene: Scene): void {
  const pulls = scene.facts.pulls.filter((pull) => pull.merged === null);
  if (pulls.length === 0) return;
  const pull = pick(scene.draw, pulls);
  scene.world
    .port('owner', scene.repository)
    .updatePull(pull.number, { state: pull.open ? 'closed' : 'open' });
  pull.open = !pull.open;
  tell(scene, 'owner', `${pull.open ? 'reopens' : 'closes'} #${pull.number}`);
}
