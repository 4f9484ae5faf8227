import type { Person } from '../../contracts/entry.ts';
import { PlatformError } from '../../contracts/errors.ts';
import { Refused, type Api } from './api.ts';

/** The account of GITHUB_TOKEN on github.com: https://api.github.com/users/github-actions[bot] */
const ACTIONS_BOT: Person = { id: 41898282, login: 'github-actions[bot]' };

/** The account that an App writes as: `<slug>[bot]`. */
export async function accountOfApp(api: Api, slug: string): Promise<Person> {
  return personOf((await api('GET /users/{username}', { username: `${slug}[bot]` })).data);
}

/** The account that a token writes as. A job's GITHUB_TOKEN may not ask: it is the Actions bot's. */
export async function accountOfToken(api: Api): Promise<Person> {
  try {
    return personOf((await api('GET /user')).data);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 403)) throw error;
  }
  try {
    return await accountOfApp(api, 'github-actions');
  } catch (error) {
    if (error instanceof PlatformError) return ACTIONS_BOT;
    throw error;
  }
}

function personOf(data: unknown): Person {
  const { id, login } = data as Person;
  return { id, login };
}
