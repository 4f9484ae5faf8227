import { peel } from '../git/commit-object.ts';
import { followRefs } from '../refs/followers.ts';
import { suitesOfPush } from './suites.ts';

/** Loading this makes pushes to branches request check suites: https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-checks */
followRefs((core, repository, actor, changes) => {
  for (const { ref, before, after } of changes) {
    if (after === null || !ref.startsWith('refs/heads/')) continue;
    const tip = peel(core.objects(repository), after);
    if (tip?.type !== 'commit') continue;
    const headBranch = ref.slice('refs/heads/'.length);
    suitesOfPush(core, repository, actor, { headSha: tip.id, headBranch, before, after: tip.id });
  }
});
