import type { Role } from './facts.ts';
import { now, pick, tell, type Scene } from './scene.ts';
import { PEOPLE, type Who } from './world.ts';

/** Somebody gets another role. */
export function changeRole(scene: Scene): void {
  const who = pick(scene.draw, [
    'writer',
    'writer-2',
    'team-member',
    'triager',
    'reader',
    'maintainer',
  ] as const);
  setRole(scene, who, pick(scene.draw, ['read', 'triage', 'write', 'none'] as const));
}

/** The first who lost a role gets it back. */
export function restoreRole(scene: Scene): void {
  const lost = (Object.entries(PEOPLE) as [Who, Role][]).find(
    ([who, role]) => scene.facts.roles.get(who)!.now !== role,
  );
  if (lost !== undefined) setRole(scene, ...lost);
}

/** The owner gives somebody a role or takes it away. */
export function setRole(scene: Scene, who: Who, role: Role): void {
  const owner = scene.world.port('owner', scene.repository);
  if (role === 'none') owner.ask('repos/remove-collaborator', { username: who });
  else {
    const permission = {
      read: 'pull',
      triage: 'triage',
      write: 'push',
      maintain: 'maintain',
      admin: 'admin',
    }[role];
    owner.ask('repos/add-collaborator', { username: who }, { permission });
  }
  // Members of the organisation read every repository.
  const left = role === 'none' && who !== 'outsider' ? 'read' : role;
  scene.facts.roles.get(who)!.set(now(scene), left);
  tell(scene, 'owner', `makes ${who} ${left}`);
}

/** Somebody comes into the team that approves, or leaves it. */
export function changeTeam(scene: Scene): void {
  const who = pick(scene.draw, ['team-member', 'writer', 'reader'] as const);
  const inside = scene.facts.inTeam.get(who)!;
  const values = { org: 'acme', team_slug: 'ml', username: who };
  const owner = scene.world.port('owner', scene.repository);
  if (inside.now) owner.ask('teams/remove-membership-for-user-in-org', values);
  else owner.ask('teams/add-or-update-membership-for-user-in-org', values, { role: 'member' });
  inside.set(now(scene), !inside.now);
  tell(scene, 'owner', `${inside.now ? 'puts' : 'takes'} ${who} ${inside.now ? 'into' : 'out of'} @acme/ml`);
}
