import type { Stage } from './config.ts';
import type { PullFact } from './facts.ts';
import { merge } from './branches.ts';
import { comment, label } from './people.ts';
import { attempt, pick, type Scene } from './scene.ts';
import type { Scheduler } from './scheduler.ts';
import type { Who } from './world.ts';

const MINUTE = 60_000;

export const PLANS = ['through', 'two', 'back and forth', 'frozen', 'early'] as const;
/** `onward` is what is left of `through` where versions have run in staging. */
export type Plan = (typeof PLANS)[number] | 'onward';

/** How quickly people act (1: minutes lie between their acts), and after how many acts they lose interest. */
export interface Pace {
  readonly times: number;
  readonly most: number;
}

/**
 * A team that means it: a version goes to staging, soaks, is approved by those who may, and goes to production; often a
 * second one follows, sometimes the first comes back. What else happens at the same time is nobody's plan.
 */
export function follow(
  scheduler: Scheduler,
  scene: Scene,
  plan: Plan,
  pace: Pace = { times: 1, most: Number.POSITIVE_INFINITY },
): void {
  const { draw } = scene;
  const model = draw.next() < (plan === 'back and forth' ? 0.9 : 0.5) ? 'churn' : 'fraud';
  const versions = scene.facts.pulls.filter(
    (pull) => pull.model === model && pull.merged !== null && pull.decision === 'pass',
  );
  const first = pick(draw, versions);
  const second = versions.find((one) => one !== first) ?? first;
  let at = draw.below(4 * MINUTE);
  let acts = 0;
  const later = (ms: number, act: () => void) => {
    at += ms;
    if (acts++ >= pace.most) return;
    scheduler.after(at * pace.times, () => {
      attempt(scene, 'a plan', act);
    });
  };
  const ask = (stage: Stage, pull: PullFact) => {
    later((1 + draw.below(5)) * MINUTE, () => {
      const who = pick(draw, ['writer', 'maintainer', 'owner'] as const);
      if (draw.next() < 0.5) label(scene, who, pull.number, `promote:${stage}`);
      else
        comment(scene, who, pull.number, `/promote ${model}@${pull.version} ${stage}`, {
          kind: 'promote',
          model,
          version: pull.version,
          stage,
        });
    });
  };
  const approve = (who: Who, pull: PullFact) => {
    later((1 + draw.below(5)) * MINUTE, () => {
      if (draw.next() < 0.4) label(scene, who, pull.number, 'approve:production');
      else
        comment(scene, who, pull.number, `/approve ${model}@${pull.version} production`, {
          kind: 'approve',
          model,
          version: pull.version,
          stage: 'production',
        });
    });
  };
  const through = (pull: PullFact) => {
    ask('staging', pull);
    onward(pull);
  };
  const onward = (pull: PullFact) => {
    approve('writer-2', draw.next() < 0.2 ? second : pull);
    if (draw.next() < 0.2) approve('writer-2', pull);
    if (draw.next() < 0.2) approve(pull.author, pull);
    if (draw.next() < 0.3) at += 12 * MINUTE;
    ask('production', pull);
    if (draw.next() < 0.7) approve('team-member', pull);
  };
  const back = (stage: Stage) => {
    later((1 + draw.below(12)) * MINUTE, () => {
      const wish = { kind: 'rollback', model, version: null, stage } as const;
      comment(scene, 'writer-2', scene.facts.issue, `/rollback ${model} ${stage}`, wish);
    });
  };
  const freeze = (kind: 'freeze' | 'unfreeze', stage: Stage) => {
    later((1 + draw.below(5)) * MINUTE, () => {
      const reason = kind === 'freeze' ? ' "an incident"' : '';
      const wish = { kind, model, version: null, stage } as const;
      comment(scene, 'writer-2', scene.facts.issue, `/${kind} ${model} ${stage}${reason}`, wish);
    });
  };
  switch (plan) {
    case 'through':
      through(first);
      break;
    case 'onward':
      onward(first);
      if (draw.next() < 0.3) back('production');
      break;
    case 'two':
      through(first);
      at += draw.below(20) * MINUTE;
      through(pick(draw, versions));
      break;
    case 'back and forth':
      for (const pull of [first, second, first]) if (draw.next() < 0.8) ask('staging', pull);
      back('staging');
      if (draw.next() < 0.5) ask('staging', second);
      if (draw.next() < 0.5) back('staging');
      break;
    case 'frozen': {
      const stage = draw.next() < 0.7 ? 'staging' : 'production';
      freeze('freeze', stage);
      through(first);
      if (draw.next() < 0.6) freeze('unfreeze', stage);
      break;
    }
    case 'early': {
      const open = pick(
        draw,
        scene.facts.pulls.filter((pull) => pull.model === model && pull.merged === null),
      );
      if (draw.next() < 0.7) approve('writer-2', open);
      if (draw.next() < 0.7) approve('team-member', open);
      later(MINUTE, () => {
        merge(scene, 'maintainer', open);
      });
      at += (8 + draw.below(20)) * MINUTE;
      through(open);
    }
  }
}
