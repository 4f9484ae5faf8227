import { checkWebhook } from '../../sandbox/contract/index.ts';
import type { Core } from '../../sandbox/kernel/core.ts';
import { manualClock, seededRandomness } from '../../sandbox/kernel/environment.ts';
import type { EmittedEvent, Payload } from '../../sandbox/kernel/events.ts';
import type { Limits } from '../../sandbox/kernel/limits.ts';
import { createSandbox, type Sandbox } from '../../sandbox/index.ts';
import type { Repository } from '../../sandbox/state/repositories.ts';
import { addAccount, addCollaborator, addRepository, addToken, SAMPLE_SCOPES } from '../../sandbox/seed.ts';

export type Who = 'owner' | 'writer' | 'writer-2' | 'reader' | 'outsider';

export interface World {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof manualClock>;
  /** The public repository `owner/repo`, without commits. */
  readonly repository: Repository;
  readonly tokens: Readonly<Record<Who, string>>;
  /** Calls the API as somebody (or with a token, or as nobody) and returns status, headers and parsed body. */
  call(
    as: Who | { token: string } | undefined,
    route: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Answer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Answers of another system: what a test expects of them is what it checks.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A sandbox in memory with sample people, a standing clock, seeded randomness and every answer held to GitHub's description. */
export function newWorld(options: { limits?: Partial<Limits>; private?: boolean } = {}): World {
  const clock = manualClock();
  const sandbox = createSandbox({
    clock,
    random: seededRandomness(1),
    validation: 'everything',
    origin: 'http://github.localhost',
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const { core } = sandbox;
  core.listeners.push(holdToSchema);
  const tokens: Record<string, string> = {};
  const repository = core.store.transaction(() => {
    const ids: Record<string, number> = {};
    for (const login of ['owner', 'writer', 'writer-2', 'reader', 'outsider']) {
      ids[login] = addAccount(core, login).id;
      tokens[login] = addToken(core, ids[login], { scopes: SAMPLE_SCOPES });
    }
    const made = addRepository(core, ids['owner']!, 'repo', { private: options.private ?? false });
    for (const login of ['writer', 'writer-2']) addCollaborator(core, made.id, ids[login]!, 'write');
    addCollaborator(core, made.id, ids['reader']!, 'read');
    return made;
  });
  return {
    sandbox,
    clock,
    repository,
    tokens: tokens as Record<Who, string>,
    call: (as, route, body, headers = {}) => {
      const [method, path] = route.split(' ') as [string, string];
      const token = as === undefined ? undefined : typeof as === 'string' ? tokens[as] : as.token;
      const response = sandbox.handle({
        method,
        url: `http://api.github.localhost${path}`,
        headers: {
          'user-agent': 'test',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = typeof response.body === 'string' ? response.body : undefined;
      const json = response.headers['content-type']?.startsWith('application/json') === true;
      return {
        status: response.status,
        headers: response.headers,
        body: text !== undefined && json ? (JSON.parse(text) as unknown) : response.body,
      };
    },
  };
}

/** A payload GitHub's description does not allow is a bug of whoever emits it, found by whichever test causes it first. */
export function holdToSchema(_core: Core, event: EmittedEvent): void {
  const sent: Payload = JSON.parse(JSON.stringify(event.body())) as Payload;
  // Only Apps are told of some events: what delivery adds is there for them.
  const payload = { installation: { id: 1, node_id: 'IN_1' }, ...sent };
  const problems = checkWebhook(event.name, event.action, payload);
  if (problems.length === 0) return;
  const list = problems.slice(0, 20).map(({ at, message, keyword }) => `  ${at}: ${message} (${keyword})`);
  throw new Error(`webhook ${event.name} breaks GitHub's description\n${list.join('\n')}`);
}
