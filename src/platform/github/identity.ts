import { ANY_WORKFLOW, type Person } from '../../contracts/entry.ts';
import { PlatformError } from '../../contracts/errors.ts';
import { GRAPHQL, type Api } from './api.ts';

/** The account that an App writes as: `<slug>[bot]`. */
export async function accountOfApp(api: Api, slug: string): Promise<Person> {
  const { id, login } = (await api('GET /users/{username}', { username: `${slug}[bot]` })).data as Person;
  return { id, login };
}

/**
 * The account that a token writes as: a person's; of an App's installation `<slug>[bot]`; of a job's GITHUB_TOKEN
 * `github-actions[bot]`. Asked by GraphQL, because `GET /user` is for people's tokens alone, and nothing of REST tells an
 * installation's token whose it is (docs.github.com/graphql/reference/queries#viewer).
 *
 * @throws PlatformError GITHUB_REFUSED GitHub does not say it · as the api does
 */
export async function accountOfToken(api: Api): Promise<Person> {
  const answer = await api(GRAPHQL, { query: '{ viewer { login databaseId } }' });
  const { data, errors } = answer.data as ViewerAnswer;
  const { login, databaseId: id } = data?.viewer ?? {};
  if (typeof login === 'string' && typeof id === 'number') return { id, login };
  throw new PlatformError({
    code: 'GITHUB_REFUSED',
    message: `GitHub does not say whose token this is: ${errors?.[0]?.message ?? 'no viewer'}`,
    hint: 'gh auth status; an App’s own JWT is no account: make an installation token of it (actions/create-github-app-token)',
  });
}

interface ViewerAnswer {
  readonly data?: { readonly viewer?: { readonly login?: string; readonly databaseId?: number } | null };
  readonly errors?: readonly { readonly message: string }[];
}

/** True for the account of an App of one's own: GitHub signs what it commits, and no other token commits as it. */
export function isApp({ login }: Person): boolean {
  return login.endsWith('[bot]') && login !== ANY_WORKFLOW;
}
