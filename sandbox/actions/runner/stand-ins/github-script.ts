import { createRequire } from 'node:module';
import { join } from 'node:path';

import { newApiClient } from './api-client.ts';
import type { StandIn } from './definition.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { coreOf } from './script-core.ts';
import { execOf } from './script-exec.ts';
import { contextOf, globOf, ioOf } from './script-tools.ts';

/** https://github.com/actions/github-script/blob/main/action.yml */
export const githubScript: StandIn = {
  manifest: {
    name: 'GitHub Script',
    inputs: {
      script: { required: true },
      'github-token': { default: '${{ github.token }}' },
      debug: { default: "${{ runner.debug == '1' }}" },
      'user-agent': { default: 'actions/github-script' },
      previews: {},
      'result-encoding': { default: 'json' },
      retries: { default: '0' },
      'retry-exempt-status-codes': { default: '400,401,403,404,422' },
      'base-url': {},
    },
    outputs: ['result'],
  },
  main: async (kit) => {
    const script = kit.input('script', { required: true });
    let result: unknown;
    try {
      result = await evaluate(kit, script);
    } catch (error) {
      throw new ActionFailure(`Unhandled error: ${String(error)}`);
    }
    kit.output('result', encoded(kit, result));
  },
};

type AsyncFunction = (...values: readonly unknown[]) => Promise<unknown>;

async function evaluate(kit: Kit, script: string): Promise<unknown> {
  const base = kit.input('base-url');
  const api = base === '' ? kit.required('GITHUB_API_URL') : base;
  const graphql = kit.required('GITHUB_GRAPHQL_URL');
  const getOctokit = (token: string): unknown => {
    const client = newApiClient(token, { api, graphql }, kit.input('user-agent'));
    // Before version 5 the namespaces were members of the client itself.
    return { ...client.rest, ...client };
  };
  const github = getOctokit(kit.input('github-token', { required: true }));
  const require = createRequire(join(kit.workspace, 'script.js'));
  const values = {
    require,
    __original_require__: require,
    github,
    octokit: github,
    getOctokit,
    context: contextOf(kit),
    core: coreOf(kit),
    exec: execOf(kit),
    glob: globOf(kit),
    io: ioOf(kit),
  };
  const constructor = Object.getPrototypeOf(evaluate) as {
    constructor: new (...parts: string[]) => AsyncFunction;
  };
  const body = new constructor.constructor(...Object.keys(values), script);
  return body(...Object.values(values));
}

function encoded(kit: Kit, result: unknown): string {
  switch (kit.input('result-encoding')) {
    case 'json':
      return result === undefined ? '' : JSON.stringify(result);
    case 'string':
      return String(result);
    default:
      throw new ActionFailure('"result-encoding" must be either "string" or "json"');
  }
}
