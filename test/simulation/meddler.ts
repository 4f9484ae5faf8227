import type { Wish } from './facts.ts';
import { strike } from './people.ts';
import { setRole } from './rights.ts';
import { attempt, pick, type Scene } from './scene.ts';
import { PEOPLE, type Who } from './world.ts';

/**
 * People change their minds while a program is at work on what they asked for: the request goes, or the right to make
 * it. What was so when the program began may then no longer decide.
 */
export function meddle(scene: Scene): void {
  const { draw, facts, story } = scene;
  const standing = facts.wishes.filter(
    ({ gone, who, kind }) => gone === null && who !== 'stranger' && kind !== 'freeze',
  );
  const wish = standing.at(-1 - draw.below(Math.max(1, Math.min(3, standing.length))));
  if (wish === undefined) return;
  story.count('act: changes what is being worked on');
  attempt(scene, 'a change of mind', () => {
    if (draw.next() < 0.4) demote(scene, wish.who as Who);
    else takeBack(scene, wish);
  });
}

function demote(scene: Scene, who: Who): void {
  if (who === 'owner' || PEOPLE[who] === 'none') return;
  setRole(scene, who, pick(scene.draw, ['read', 'triage'] as const));
}

function takeBack(scene: Scene, wish: Wish): void {
  const { world, repository, story, facts, draw } = scene;
  const port = world.port('owner', repository);
  const at = world.clock.now();
  if (wish.via === 'label') {
    const name = `${wish.kind}:${wish.stage!}`;
    port.removeLabel(wish.issue, name);
    for (const one of facts.wishes)
      if (
        one.via === 'label' &&
        one.gone === null &&
        one.issue === wish.issue &&
        `${one.kind}:${one.stage!}` === name
      )
        one.gone = at;
    story.tell(at, 'owner', `takes ${name} off #${wish.issue}`);
    return;
  }
  // An edit within the second of the comment leaves no trace on GitHub.
  if (draw.next() < 0.5 && at - wish.at > 2000) port.updateComment(wish.event, 'never mind');
  else port.deleteComment(wish.event);
  strike(facts, wish.event, at);
  story.tell(at, 'owner', `takes comment ${wish.event} back`);
}
