import { html } from 'hono/html';

import type { Repository } from '../../state/repositories.ts';
import type { TimelineEvent } from '../../state/issues.ts';
import type { TimelineData } from '../../state/timeline.ts';
import { fullName } from '../../views/repositories.ts';
import { icon, type IconName } from '../icons.ts';
import { home, person } from '../layout.ts';
import { encodePath, type Html, type Page } from '../page.ts';
import { moment, short } from '../parts/pieces.ts';

type Kind<Name extends TimelineData['kind']> = Extract<TimelineData, { kind: Name }>;

/** One thing that happened, as a sentence; nothing for what only matters to notifications. */
export function eventLine(page: Page, repository: Repository, event: TimelineEvent): Html | string {
  const told = sentence(page, repository, event.data);
  if (told === undefined) return '';
  const { accounts } = page.core.tables;
  const [name, text, tone = 'dim'] = told;
  return html`<div class="event" id="event-${event.id}">
    ${icon(name, undefined, tone)}
    <div>
      ${event.actorId === null ? '' : person(accounts.get(event.actorId))} ${text} ${moment(event.createdAt)}
    </div>
  </div>`;
}

type Told = readonly [icon: IconName, text: Html | string, tone?: string] | undefined;

function sentence(page: Page, repository: Repository, data: TimelineData): Told {
  const at = home(page, repository);
  const who = (id: number) => person(page.core.tables.accounts.get(id));
  const commit = (oid: string) => html`<a class="mono" href="${at}/commit/${oid}">${short(oid)}</a>`;
  switch (data.kind) {
    case 'labeled':
    case 'unlabeled':
      return ['tag', labelled(data)];
    case 'assigned':
    case 'unassigned':
      return ['person', html`${data.kind} ${who(data.assigneeId)}`];
    case 'milestoned':
    case 'demilestoned':
      return [
        'tag',
        html`${data.kind === 'milestoned' ? 'added this to' : 'took this out of'}
          <strong>${data.title}</strong>`,
      ];
    case 'renamed':
      return ['pencil', html`changed the title from <s>${data.from}</s> to <strong>${data.to}</strong>`];
    case 'closed':
      return ['closed', closing(data, commit), 'done'];
    case 'reopened':
      return ['open', 'reopened this', 'good'];
    case 'locked':
      return ['lock', html`locked the conversation${data.reason === null ? '' : ` as ${data.reason}`}`];
    case 'unlocked':
      return ['lock', 'unlocked the conversation'];
    case 'referenced':
      return ['commit', html`named this in commit ${commit(data.commitOid)}`];
    case 'cross-referenced':
      return crossReference(page, data);
    case 'merged':
      return ['merged', html`merged this as ${commit(data.commitOid)}`, 'done'];
    default:
      return pullSentence(page, data, commit);
  }
}

function labelled(data: Kind<'labeled' | 'unlabeled'>): Html {
  return html`${data.kind === 'labeled' ? 'added' : 'removed'}
    <span class="label" style="--hue: #${data.color}">${data.name}</span>`;
}

function closing(data: Kind<'closed'>, commit: (oid: string) => Html): Html {
  const reason =
    data.reason === 'not_planned' ? ' as not planned' : data.reason === 'duplicate' ? ' as duplicate' : '';
  return html`closed this${reason} ${data.commitOid === null ? '' : html`by ${commit(data.commitOid)}`}`;
}

function crossReference(page: Page, data: Kind<'cross-referenced'>): Told {
  const { issues, repositories } = page.core.tables;
  const source = issues.get(data.sourceId);
  const where = source && repositories.get(source.repositoryId);
  if (source === undefined || where === undefined) return undefined;
  const to = `/${encodePath(fullName(page.view, where))}/${source.pull ? 'pull' : 'issues'}/${source.number}`;
  return [
    source.pull ? 'pull' : 'open',
    html`named this in <a href="${to}">${source.title} #${source.number}</a>`,
  ];
}

function pullSentence(page: Page, data: TimelineData, commit: (oid: string) => Html): Told {
  const { accounts, teams } = page.core.tables;
  switch (data.kind) {
    case 'review_requested':
    case 'review_request_removed': {
      const asked =
        data.reviewerId === undefined
          ? html`<strong>${teams.get(data.teamId ?? 0)?.name ?? 'a team'}</strong>`
          : person(accounts.get(data.reviewerId));
      return [
        'eye',
        data.kind === 'review_requested'
          ? html`asked ${asked} for a review`
          : html`no longer asks ${asked} for a review`,
      ];
    }
    case 'review_dismissed':
      return ['failure', html`dismissed a review${data.message === '' ? '' : html`: ${data.message}`}`];
    case 'convert_to_draft':
      return ['pull', 'made this a draft'];
    case 'ready_for_review':
      return ['eye', 'marked this as ready for review', 'good'];
    case 'head_ref_deleted':
      return ['branch', html`deleted the branch <code>${data.ref}</code>`];
    case 'head_ref_restored':
      return ['branch', html`restored the branch <code>${data.ref}</code>`];
    case 'head_ref_force_pushed':
      return ['commit', html`force-pushed from ${commit(data.before)} to ${commit(data.commitOid)}`];
    case 'base_ref_changed':
      return ['branch', html`changed the base from <code>${data.from}</code> to <code>${data.to}</code>`];
    case 'deployed':
      return ['rocket', 'deployed this'];
    default:
      return undefined;
  }
}
