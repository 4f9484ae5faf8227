import type { Entry } from '../../contracts/entry.ts';

/** What an entry did, as a sentence without its end: `v1.4.0 of churn promoted to production`. */
export function entryWords(entry: Entry): string {
  const { model, version, stage, of } = entry;
  const what = version === undefined ? model : `${model}@${version}`;
  const where = stage ?? '?';
  const about = of === undefined ? '' : ` (entry ${of})`;
  switch (entry.op) {
    case 'register':
      return `${what} registered${entry.pull === undefined ? '' : ` from pull request ${entry.pull}`}`;
    case 'genesis':
      return `${what} adopted${stage === undefined ? '' : ` in ${where}`} from an older registry`;
    case 'promote':
      return `${what} promoted to ${where}`;
    case 'rollback':
      return `${where} of ${model} rolled back to ${version ?? '?'}`;
    case 'advance':
      return `${where} of ${model} advanced to ${shares(entry.weights ?? {})}${about}`;
    case 'verified':
      return `${where} of ${model} verified${about}`;
    case 'failed':
      return `deployment to ${where} of ${model} failed${about}`;
    case 'freeze':
      return `${where} of ${model} frozen`;
    case 'unfreeze':
      return `${where} of ${model} takes promotions again`;
    case 'accept':
      return `evaluation of ${model} accepted${entry.pull === undefined ? '' : ` in pull request ${entry.pull}`}`;
    case 'accept-test':
      return `changed test set of ${model} accepted${entry.pull === undefined ? '' : ` in pull request ${entry.pull}`}`;
  }
}

function shares(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([version, share]) => `${version} ${share} %`)
    .join(', ');
}
