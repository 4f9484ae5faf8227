import { PlatformError } from '../../contracts/errors.ts';

/** What GitHub answered to one call that succeeded (2xx) or was unchanged (304, with `data` undefined). */
export interface ApiAnswer {
  readonly status: number;
  // Answers of another system: adapters read what they name and nothing else.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Values of the path, the query (GET) or the body (others), and `headers`, as Octokit takes them; `data` is a raw body. */
export type ApiParameters = Readonly<Record<string, unknown>>;

/**
 * One call of GitHub's REST API by its documented route, e.g. `GET /repos/{owner}/{repo}/git/ref/{ref}`. It is tried
 * once. Whoever implements it turns failures into the errors below; all adapters stand on this alone, so they run
 * unchanged over HTTP and over the sandbox's port.
 *
 * @throws Refused GitHub answered 4xx: the call was not applied
 * @throws Limited a rate limit: nothing may be called before `until`
 * @throws PlatformError AMBIGUOUS a write without a clear answer (5xx, timeout, broken connection): it may be applied
 * @throws PlatformError NETWORK a read without a clear answer
 */
export type Api = (route: string, parameters?: ApiParameters) => Promise<ApiAnswer>;

/** Questions of GraphQL (parameters `query`, `variables`), where REST has no answer. Nothing is changed through it. */
export const GRAPHQL = 'POST /graphql';

/** GitHub understood and refused. */
export class Refused extends PlatformError {
  readonly status: number;
  /** GitHub's own words, including those of single validation errors. */
  readonly said: string;

  constructor(route: string, status: number, said: string, hint?: string) {
    super({
      code: 'GITHUB_REFUSED',
      message: `${route}: GitHub answered ${status}: ${said}`,
      ...(hint === undefined ? {} : { hint }),
    });
    this.status = status;
    this.said = said;
  }
}

/** A primary or secondary rate limit. */
export class Limited extends PlatformError {
  readonly until: Date;

  constructor(route: string, until: Date) {
    super({
      code: 'RATE_LIMITED',
      message: `${route}: GitHub's rate limit is reached until ${until.toISOString()}`,
      hint: 'nothing is lost: it goes on by itself after that time',
    });
    this.until = until;
  }
}

/** The error of a call that got no clear answer. */
export function unclear(route: string, reason: string, cause?: unknown): PlatformError {
  const write = route !== GRAPHQL && !/^(GET|HEAD) /.test(route);
  return new PlatformError(
    {
      code: write ? 'AMBIGUOUS' : 'NETWORK',
      message: `${route}: ${reason}`,
      hint: write ? 'what was written is read back before anything else is done' : 'try again in a moment',
    },
    { cause },
  );
}

/** The answer's data, or null where GitHub knows no such thing (404). */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see ApiAnswer.data
export async function orNull(call: Promise<ApiAnswer>): Promise<any> {
  try {
    return (await call).data as unknown;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** All items of a list, page by page; `member` where they stand under a name (`check_runs`). */
export async function* pages<Item>(
  api: Api,
  route: string,
  parameters: ApiParameters,
  member?: string,
): AsyncIterable<Item> {
  for (let page = 1; ; page++) {
    const paged = page === 1 ? { ...parameters, per_page: 100 } : { ...parameters, per_page: 100, page };
    const { data } = (await api(route, paged)) as { data: unknown };
    const items = member === undefined ? data : (data as Record<string, unknown>)[member];
    yield* items as readonly Item[];
    if ((items as readonly Item[]).length < 100) return;
  }
}
