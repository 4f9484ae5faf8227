import { html } from 'hono/html';

import { latestReports } from '../../pulls/checks.ts';
import { branchTip } from '../../pulls/comparison.ts';
import { blockers, isBehind, mergeabilityOf } from '../../pulls/mergeability.ts';
import { mergeRules, type MergeMethod } from '../../pulls/rules.ts';
import { icon } from '../icons.ts';
import { each, mayHere, when, type Html } from '../page.ts';
import { hidden, plural } from '../parts/pieces.ts';
import { outcomeIcon } from './outcome.ts';
import type { PullPage } from './head.ts';

const METHODS: readonly (readonly [MergeMethod, string])[] = [
  ['merge', 'Create a merge commit'],
  ['squash', 'Squash and merge'],
  ['rebase', 'Rebase and merge'],
];

/** Whether it can be merged, why not, and the button that does it. */
export function mergeBox(shown: PullPage): Html {
  const { pull } = shown;
  if (pull.merged !== null) return mergedBox(shown);
  if (!pull.open) return html``;
  const { state } = mergeabilityOf(shown.page.core, pull);
  const tone = state === 'clean' || state === 'unstable' ? 'ready' : state === 'dirty' ? 'stuck' : '';
  return html`<section class="merge-box ${tone}" aria-labelledby="merge-title">
    ${verdict(shown, state)} ${checkPart(shown)} ${behindPart(shown)} ${actionPart(shown, state)}
  </section>`;
}

function verdict({ page, pull }: PullPage, state: string): Html {
  const { core } = page;
  const [name, tone, text] = (
    {
      clean: ['success', 'good', 'This can be merged'],
      unstable: ['success', 'wait', 'This can be merged, though not all checks have passed'],
      dirty: ['failure', 'bad', 'This conflicts with its base and cannot be merged'],
      draft: ['pull', 'dim', 'This is a draft'],
      blocked: ['failure', 'bad', 'Merging is blocked'],
      behind: ['warning', 'wait', 'This is behind its base'],
      unknown: ['pending', 'dim', 'It is not known whether this can be merged'],
    } as const
  )[state as 'clean'];
  const reasons = state === 'blocked' ? blockers(core, pull) : [];
  return html`<div>
    <h2 id="merge-title">${icon(name, undefined, tone)} ${text}</h2>
    ${when(
      reasons.length > 0,
      () =>
        html`<ul>
          ${each(reasons, (reason) => html`<li>${icon('failure', undefined, 'bad')} ${reason}</li>`)}
        </ul>`,
    )}
  </div>`;
}

function checkPart({ page, repository, pull, at }: PullPage): Html | string {
  const reports = latestReports(page.core, repository.id, pull.head.oid);
  if (reports.length === 0) return '';
  const failing = reports.filter(({ outcome }) => outcome === 'failing').length;
  const pending = reports.filter(({ outcome }) => outcome === 'pending').length;
  const text =
    failing > 0
      ? `${plural(failing, 'check')} failed`
      : pending > 0
        ? `${plural(pending, 'check')} ${pending === 1 ? 'is' : 'are'} not done yet`
        : 'All checks have passed';
  return html`<div>
    <details ${failing + pending > 0 ? 'open' : ''}>
      <summary><strong>${text}</strong> <a href="${at}/checks">Details</a></summary>
      <ul>
        ${each(
          reports,
          ({ name, outcome, text: said }) =>
            html`<li>
              ${outcomeIcon(outcome)} <span><strong>${name}</strong> <span class="dim">${said}</span></span>
            </li>`,
        )}
      </ul>
    </details>
  </div>`;
}

function behindPart({ page, repository, pull, at }: PullPage): Html | string {
  if (branchTip(page.core, repository.id, pull.base.ref) === undefined || !isBehind(page.core, pull))
    return '';
  return html`<div class="row between">
    <span class="dim">The base has commits that this does not have yet.</span>
    ${when(
      page.user !== null && mayHere(page, repository, 'read'),
      () =>
        html`<form method="post" action="${at}/update-branch">
          ${hidden({ back: at, sha: pull.head.oid })}
          <button>Update branch</button>
        </form>`,
    )}
  </div>`;
}

function actionPart({ page, repository, pull, issue, at }: PullPage, state: string): Html | string {
  if (page.user === null) return '';
  const writer = mayHere(page, repository, 'write');
  if (pull.draft) {
    if (!writer && page.user.id !== issue.authorId) return '';
    return html`<div>
      <form method="post" action="${at}/ready">
        ${hidden({ back: at })}
        <button class="primary">Ready for review</button>
      </form>
    </div>`;
  }
  if (!writer) return html`<div class="dim">Only people with write access can merge.</div>`;
  const rules = mergeRules(page.core, pull);
  const allowed = METHODS.filter(
    ([method]) =>
      rules.methods.includes(method) &&
      {
        merge: repository.allowMergeCommit && !rules.linearHistory,
        squash: repository.allowSquashMerge,
        rebase: repository.allowRebaseMerge,
      }[method],
  );
  return html`<div>
    <form class="row" method="post" action="${at}/merge">
      ${hidden({ back: at, sha: pull.head.oid })}
      <label
        ><span class="visually-hidden">How to merge</span>
        <select name="merge_method">
          ${each(allowed, ([method, text]) => html`<option value="${method}">${text}</option>`)}
        </select></label
      >
      <button class="primary" ${state === 'dirty' ? 'disabled' : ''}>
        ${icon('merged')} Merge pull request
      </button>
      <button formaction="${at}/draft">Convert to draft</button>
    </form>
  </div>`;
}

function mergedBox({ page, repository, pull, at }: PullPage): Html {
  const { repositoryId, ref } = pull.head;
  const there = repositoryId === repository.id && branchTip(page.core, repository.id, ref) !== undefined;
  return html`<section class="merge-box" aria-labelledby="merge-title">
    <div class="row between">
      <h2 id="merge-title">${icon('merged', undefined, 'done')} This was merged</h2>
      ${when(
        there && mayHere(page, repository, 'write'),
        () =>
          html`<form method="post" action="${at.replace(/\/pull\/\d+$/, '')}/branches/delete">
            ${hidden({ back: at, branch: ref })}
            <button>Delete branch</button>
          </form>`,
      )}
    </div>
  </section>`;
}
