import { connectPulls } from '../issues/pull-port.ts';
import { followRefs } from '../refs/followers.ts';
import { tellPull } from './events.ts';
import { follow } from './follow.ts';
import { syncPulls } from './sync.ts';

/** Loading this connects pull requests to their issue side and to the branches they follow. */
connectPulls({
  follow,
  emit: (core, actor, issue, action, more) => {
    tellPull(core, actor, core.tables.pulls.require(issue.id), action, more);
  },
});

followRefs((core, repository, actor, changes, via) => {
  const branches = changes.flatMap(({ ref, before, after }) =>
    ref.startsWith('refs/heads/') ? [{ branch: ref.slice('refs/heads/'.length), before, after }] : [],
  );
  syncPulls(core, actor, repository, branches, via.kind === 'merge' ? via.pullId : undefined);
});
