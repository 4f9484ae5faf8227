import { comparisonOf, MOST_COMMITS } from '../../pulls/comparison.ts';
import { commitList } from '../code/history.ts';
import type { Html, PageContext } from '../page.ts';
import { pullDocument, pullPageOf } from './head.ts';

/** The commits a pull request brings. */
export function pullCommitsPage(c: PageContext): Html {
  const shown = pullPageOf(c);
  const { commits } = comparisonOf(shown.page.core, shown.pull);
  return pullDocument(
    shown,
    'commits',
    commitList(shown.page, shown.repository, commits.slice(0, MOST_COMMITS)),
  );
}
