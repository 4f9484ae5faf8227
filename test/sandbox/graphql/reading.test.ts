import { describe, expect, it } from 'vitest';

import { addApp, install } from '../access/keys.ts';
import { pullWorld } from '../pulls/world.ts';
import { ask, data } from './ask.ts';

describe('asking', () => {
  it('takes somebody: nobody is told to authenticate, an unknown token is nobody', () => {
    const world = pullWorld();
    const nobody = world.call(undefined, 'POST /graphql', { query: '{viewer{login}}' });
    expect(nobody.status).toBe(401);
    expect(nobody.body.message).toBe('This endpoint requires you to be authenticated.');
    expect(world.call({ token: 'ghp_unknown' }, 'POST /graphql', { query: '{viewer{login}}' }).status).toBe(
      401,
    );
  });

  it('tells who asks, and counts against the budget of GraphQL', () => {
    const world = pullWorld();
    const answer = world.call('writer', 'POST /graphql', { query: '{viewer{login id databaseId email}}' });
    expect(answer.body.data.viewer).toMatchObject({ login: 'writer', email: '' });
    expect(answer.headers).toMatchObject({ 'x-ratelimit-resource': 'graphql', 'x-ratelimit-used': '1' });
    const { rateLimit } = data(world, 'writer', '{rateLimit{limit used remaining cost resetAt}}');
    expect(rateLimit).toMatchObject({ limit: 5000, used: 2, remaining: 4998, cost: 1 });
  });

  it('tells an installation’s token whose it is, by the bot’s login and id; an App’s own JWT is nobody’s', () => {
    const world = pullWorld();
    const { core } = world;
    const { app, jwt } = addApp(core, 'slipway', { contents: 'read' });
    const { id } = install(core, app, 'owner');
    const { body } = world.call({ token: jwt() }, `POST /app/installations/${id}/access_tokens`, {});
    const { token } = body as { token: string };
    expect(ask(world, { token }, '{viewer{login databaseId}}').data.viewer).toEqual({
      login: 'slipway[bot]',
      databaseId: app.botId,
    });
    expect(world.call({ token }, 'GET /user').status).toBe(403);
    expect(world.call({ token: jwt() }, 'POST /graphql', { query: '{viewer{login}}' }).status).toBe(403);
  });

  it('refuses what is not a query, does not parse, or asks for what is not there', () => {
    const world = pullWorld();
    expect(world.call('writer', 'POST /graphql', {}).body.errors[0].message).toBe(
      'A query attribute must be specified and must be a string.',
    );
    expect(ask(world, 'writer', '{viewer{').errors).toHaveLength(1);
    expect(ask(world, 'writer', '{repository(owner:"owner",name:"repo"){nothing}}').errors).toMatchObject([
      {
        message: "Field 'nothing' doesn't exist on type 'Repository'",
        extensions: { code: 'undefinedField', typeName: 'Repository', fieldName: 'nothing' },
      },
    ]);
  });

  it('names what the sandbox does not have instead of making it up', () => {
    const world = pullWorld();
    const { errors } = ask(
      world,
      'writer',
      '{repository(owner:"owner",name:"repo"){codeowners{errors{message}}}}',
    );
    expect(errors).toMatchObject([
      { type: 'NOT_IMPLEMENTED', message: 'The sandbox does not support Repository.codeowners' },
    ]);
  });

  it('answers introspection, by which clients find out what there is', () => {
    const { __type } = data(
      pullWorld(),
      'writer',
      '{__type(name:"PullRequest"){fields(includeDeprecated:true){name}}}',
    );
    expect((__type.fields as { name: string }[]).map(({ name }) => name)).toContain('reviewDecision');
  });
});

describe('repositories', () => {
  it('are found by name by those who may see them', () => {
    const world = pullWorld({ private: true });
    const query =
      '{repository(owner:"owner",name:"REPO"){nameWithOwner isPrivate viewerPermission defaultBranchRef{name}}}';
    expect(data(world, 'reader', query).repository).toEqual({
      nameWithOwner: 'owner/repo',
      isPrivate: true,
      viewerPermission: 'READ',
      defaultBranchRef: { name: 'main' },
    });
    expect(ask(world, 'outsider', query)).toMatchObject({
      data: { repository: null },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository'],
          message: "Could not resolve to a Repository with the name 'owner/REPO'.",
        },
      ],
    });
  });

  it('show their history, trees and files', () => {
    const world = pullWorld();
    world.push(
      'main',
      { 'docs/a.md': 'text' },
      { message: 'Second\n\nBody of it\n\nCo-authored-by: Reader <reader@users.noreply.github.com>' },
    );
    const { repository } = data(
      world,
      'writer',
      `{repository(owner:"owner",name:"repo"){
        object(expression:"main:docs/a.md"){... on Blob{text byteSize isBinary}}
        tree:object(expression:"HEAD:"){... on Tree{entries{name type mode}}}
        ref(qualifiedName:"main"){prefix target{... on Commit{
          oid messageHeadline messageBody additions authors(first:5){nodes{name user{login}}}
          history(first:1){totalCount nodes{messageHeadline} pageInfo{hasNextPage endCursor}}}}}
      }}`,
    );
    expect(repository.object).toEqual({ text: 'text', byteSize: 4, isBinary: false });
    expect(repository.tree.entries).toContainEqual({ name: 'docs', type: 'tree', mode: 0o40000 });
    expect(repository.ref).toMatchObject({
      prefix: 'refs/heads/',
      target: { messageHeadline: 'Second', additions: 1 },
    });
    expect(repository.ref.target.messageBody).toMatch(/^Body of it/);
    expect(repository.ref.target.authors.nodes[1]).toEqual({ name: 'Reader', user: { login: 'reader' } });
    expect(repository.ref.target.history).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
  });
});
