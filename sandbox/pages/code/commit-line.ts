import { html } from 'hono/html';

import { readCommit, type Commit } from '../../git/commit-object.ts';
import { isoTime, type Person } from '../../git/person.ts';
import { subjectOf } from '../../pulls/messages.ts';
import type { Repository } from '../../state/repositories.ts';
import { accountByEmail } from '../../views/git.ts';
import { avatar, home, person } from '../layout.ts';
import type { Html, Page } from '../page.ts';
import { checkMark, moment, short } from '../parts/pieces.ts';

/** Who signed, as an account where GitHub knows the address. */
export function signer(page: Page, who: Person): Html {
  const account = accountByEmail(page.core, who.email);
  if (account !== undefined) return person(account);
  return html`<span class="person">${avatar(null)} <strong>${who.name}</strong></span>`;
}

/** A commit on one line: who, what, when, and how its checks went. */
export function commitLine(page: Page, repository: Repository, oid: string): Html {
  const commit: Commit = readCommit(page.core.objects(repository), oid);
  const at = home(page, repository);
  return html`<div class="row between">
    <div class="row">
      ${signer(page, commit.author)}
      <a href="${at}/commit/${oid}">${subjectOf(commit)}</a>
      ${checkMark(page, repository, oid)}
    </div>
    <span class="dim"
      ><a class="mono" href="${at}/commit/${oid}">${short(oid)}</a> ${moment(isoTime(commit.committer))}</span
    >
  </div>`;
}
