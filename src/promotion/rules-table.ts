import type { Rule } from './types.ts';

/** Of each rule: when it is not met, and what satisfies it. The docs show this table. */
export const RULE_WORDS: Readonly<Record<Rule, readonly [unmet: string, satisfy: string]>> = {
  'unknown-model': [
    'slipway.yaml of the default branch declares no such model',
    'the nearest name, or declare it',
  ],
  'unknown-stage': ['the model has no such stage', 'the nearest name, or declare it'],
  'unknown-version': [
    'no such version was registered when it was asked for',
    'a registered version; ask again if it came later',
  ],
  'unknown-command': ['no such command', 'the nearest command; `/help` lists them'],
  syntax: ['a part is missing, is no name, is too long or has hidden characters', 'the usage that is shown'],
  'not-registered': [
    'the pull request has no version yet; an adopted version has no files to deploy; an approval is older than its version',
    'merge; promote a version that Slipway registered; approve again',
  ],
  'already-there': [
    'the stage holds the version, or is getting it; the evaluation is accepted',
    'nothing to do',
  ],
  superseded: [
    'a newer request was made or recorded, or the stage was rolled back or moved on, after this was asked',
    'ask again, if it is still meant',
  ],
  edited: ['the comment was edited after it was written', 'a new comment'],
  'no-rights': [
    'who asks has no write access now; or is none of the approvers where that is needed',
    'somebody who has and is',
  ],
  'is-bot': ['an App asks', 'a person'],
  frozen: ['the stage is frozen (for `/freeze`: already)', '`/unfreeze`; rollbacks work all the same'],
  'not-frozen': ['`/unfreeze` of a stage that is not frozen', 'nothing to do'],
  order: ['the version did not run verified in the stage that `after` names', 'promote it there first'],
  soak: [
    'it has not run there for as long as `soak` says, in one stretch',
    'time; after it was replaced, promote it there again',
  ],
  approvals: ['fewer approvals count now than `approvals` asks for', '`/approve` by those who may'],
  'used-up': [
    'the version failed in the stage, was rolled back from or gave way to another one after it was approved',
    'approve again: it was approved for that time only',
  ],
  'author-only': [
    'everybody who approved made the version; or an author accepts their own evaluation',
    'somebody who did not make it',
  ],
  verdict: [
    'the version was not judged `pass`',
    '`/accept` or `/accept-test` where that is possible; else a better version',
  ],
  holdout: [
    'the stage wants `holdout: hidden`, and the authors could read the targets of the test rows',
    'a version judged on hidden targets',
  ],
  deploying: ['another version is on its way to the stage', 'wait; a rollback never waits'],
  'nothing-to-roll-back': [
    'no such version ran verified in the stage before',
    '`/promote` it, with its approvals',
  ],
  'nothing-to-accept': [
    'no pull request, no evaluation yet, one that passed or failed, or one that came after the command',
    'the other command, or look at the report and ask again',
  ],
  mode: [
    'the stage asks for approvals, and any writer can write the log',
    'the App or a deploy key; or `approvals: 0`',
  ],
  blocked: ['the log was tampered with, or a newer Slipway wrote it', 'the repair that is shown'],
};

/** The rules as a markdown table. */
export function rulesTable(): string {
  const rows = Object.entries(RULE_WORDS).map(
    ([rule, [unmet, satisfy]]) => `| \`${rule}\` | ${unmet} | ${satisfy} |`,
  );
  return ['| rule | not met when | what satisfies it |', '| --- | --- | --- |', ...rows].join('\n');
}
