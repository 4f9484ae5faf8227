import type { Ledger } from '../../reconcile/ports.ts';
import type { Connection } from './connection.ts';
import { githubLogStore } from './log-store.ts';

const PREFIX = 'slipway/ledger-';
const MONTH = /^refs\/heads\/slipway\/ledger-(\d{4}-(?:0[1-9]|1[0-2]))$/;

interface RefData {
  readonly ref: string;
  readonly object: { readonly sha: string };
}

/** The branches `slipway/ledger-YYYY-MM` over GitHub's REST API: each is kept as the log's branch is. */
export function githubLedger(at: Connection): Ledger {
  const { owner, repo } = at;
  return {
    months: async () => {
      const route = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
      const refs = await at.unchanged<readonly RefData[]>(route, { ref: `heads/${PREFIX}` });
      const months = (refs ?? []).flatMap(({ ref, object }) => {
        const [, month] = MONTH.exec(ref) ?? [];
        return month === undefined ? [] : [{ month, head: object.sha }];
      });
      return months.sort((one, other) => (one.month < other.month ? 1 : -1));
    },
    month: (month) => githubLogStore(at.write, { owner, repo, branch: `${PREFIX}${month}` }),
  };
}
