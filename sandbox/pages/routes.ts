import type { Hono } from 'hono';

import { appPage, appsPage, installationPage, installPage } from './apps/pages.ts';
import { newAppPage } from './apps/manifest.ts';
import { blobPage, rawFile } from './code/blob.ts';
import { commitPage, commitsPage } from './code/history.ts';
import { branchesPage, tagsPage } from './code/refs.ts';
import { treePage } from './code/tree.ts';
import { issuePage, newIssuePage } from './issues/issue.ts';
import { labelsPage } from './issues/labels.ts';
import { issuesPage } from './issues/list.ts';
import { repositoryOf, type Html, type PageContext, type Variables } from './page.ts';
import type { Sandbox } from '../index.ts';
import { numberKey } from '../state/issues.ts';
import { checksPage } from './pulls/checks.ts';
import { pullCommitsPage } from './pulls/commits.ts';
import { comparePage } from './pulls/compare.ts';
import { pullPage } from './pulls/conversation.ts';
import { filesPage } from './pulls/files.ts';
import { pullsPage } from './pulls/list.ts';
import { newReleasePage, releasePage, releasesPage } from './releases/list.ts';
import { deploymentsPage } from './deployments.ts';
import { hookPage, hooksPage } from './settings/hooks.ts';
import { jobPage } from './runs/job.ts';
import { runsPage } from './runs/list.ts';
import { liveJob, liveRun } from './runs/live.ts';
import { runPage } from './runs/run.ts';
import { ownerPage, repositoriesPage } from './repositories.ts';

/** Shows a page by rendering it. */
export type Show = (c: PageContext, page: (c: PageContext) => Html) => Response | Promise<Response>;

/** Every page by its address; addresses are GitHub's, so that links of the API's answers lead here. */
const PAGES: readonly (readonly [path: string, page: (c: PageContext) => Html])[] = [
  ['/', repositoriesPage],
  ['/settings/apps', appsPage],
  ['/settings/apps/new', newAppPage],
  ['/organizations/:org/settings/apps/new', newAppPage],
  ['/settings/installations/:installation', installationPage],
  ['/apps/:slug', appPage],
  ['/apps/:slug/installations/new', installPage],
  ['/:owner', ownerPage],
  ['/:owner/:repo', treePage],
  ['/:owner/:repo/tree/*', treePage],
  ['/:owner/:repo/blob/*', blobPage],
  ['/:owner/:repo/commits', commitsPage],
  ['/:owner/:repo/commits/*', commitsPage],
  ['/:owner/:repo/commit/:sha', commitPage],
  ['/:owner/:repo/branches', branchesPage],
  ['/:owner/:repo/tags', tagsPage],
  ['/:owner/:repo/issues', issuesPage],
  ['/:owner/:repo/issues/new', newIssuePage],
  ['/:owner/:repo/issues/:number', issuePage],
  ['/:owner/:repo/labels', labelsPage],
  ['/:owner/:repo/pulls', pullsPage],
  ['/:owner/:repo/compare', comparePage],
  ['/:owner/:repo/compare/*', comparePage],
  ['/:owner/:repo/pull/:number', pullPage],
  ['/:owner/:repo/pull/:number/commits', pullCommitsPage],
  ['/:owner/:repo/pull/:number/checks', checksPage],
  ['/:owner/:repo/pull/:number/files', filesPage],
  ['/:owner/:repo/releases', releasesPage],
  ['/:owner/:repo/releases/new', newReleasePage],
  ['/:owner/:repo/releases/tag/*', releasePage],
  ['/:owner/:repo/deployments', deploymentsPage],
  ['/:owner/:repo/settings', hooksPage],
  ['/:owner/:repo/settings/hooks', hooksPage],
  ['/:owner/:repo/settings/hooks/:hook', hookPage],
  ['/:owner/:repo/actions', runsPage],
  ['/:owner/:repo/actions/workflows/:file', runsPage],
  ['/:owner/:repo/actions/runs/:run', runPage],
  ['/:owner/:repo/actions/runs/:run/attempts/:attempt', runPage],
  ['/:owner/:repo/actions/runs/:run/job/:job', jobPage],
];

/** Adds all pages. */
export function addPages(app: Hono<{ Variables: Variables }>, sandbox: Sandbox, show: Show): void {
  app.get('/:owner/:repo/actions/runs/:run/live', (c) => liveRun(c, sandbox));
  app.get('/:owner/:repo/actions/runs/:run/job/:job/live', (c) => liveJob(c, sandbox));
  app.get('/:owner/:repo/raw/*', (c) => rawFile(c));
  app.get('/:owner/:repo/issues/:number{[0-9]+}', async (c, next) => {
    const { owner, repo, number } = c.req.param();
    const repository = repositoryOf(c);
    const pull = c.get('page').core.tables.pulls.find('number', numberKey(repository.id, Number(number)));
    if (pull === undefined) return next();
    return c.redirect(`/${owner}/${repo}/pull/${number}`);
  });
  for (const [path, page] of PAGES) app.get(path, (c) => show(c, page));
}
