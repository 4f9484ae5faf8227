import type { Asking } from '../asking.ts';
import { unsupported } from '../errors.ts';
import { accountById, repositoryById } from '../types/node-ids.ts';
import { repositoryNode, type RepositoryNode } from '../types/nodes.ts';
import { given, mutations, type Input } from './mutation.ts';

interface NewRepository {
  name: string;
  visibility: string;
  ownerId?: string | null;
  description?: string | null;
  homepageUrl?: string | null;
  hasIssuesEnabled: boolean;
  hasWikiEnabled: boolean;
  template: boolean;
  teamId?: string | null;
}

interface RepositoryUpdate {
  repositoryId: string;
  name?: string | null;
  description?: string | null;
  homepageUrl?: string | null;
  hasIssuesEnabled?: boolean | null;
  hasWikiEnabled?: boolean | null;
  hasProjectsEnabled?: boolean | null;
  hasDiscussionsEnabled?: boolean | null;
  template?: boolean | null;
}

interface Copy {
  repositoryId: string;
  ownerId: string;
  name: string;
  description?: string | null;
  visibility: string;
  includeAllBranches: boolean;
}

/** Mutations of repositories. */
export const REPOSITORY_MUTATIONS = mutations({
  createRepository: (input: Input<NewRepository>, asking) => {
    if (input.teamId != null) throw unsupported('CreateRepositoryInput.teamId');
    const owner = input.ownerId == null ? null : accountById(asking, input.ownerId);
    const body = given({
      name: input.name,
      description: input.description,
      homepage: input.homepageUrl,
      private: input.visibility !== 'PUBLIC',
      has_issues: input.hasIssuesEnabled,
      has_wiki: input.hasWikiEnabled,
      is_template: input.template,
    });
    const { body: made } =
      owner?.type === 'Organization'
        ? asking.run('repos/create-in-org', undefined, { params: { org: owner.login }, body })
        : asking.run('repos/create-for-authenticated-user', undefined, { body });
    return { repository: nodeOfRest(asking, made) };
  },
  updateRepository: (input: Input<RepositoryUpdate>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    asking.run('repos/update', repository, {
      body: given({
        name: input.name,
        description: input.description,
        homepage: input.homepageUrl,
        has_issues: input.hasIssuesEnabled,
        has_wiki: input.hasWikiEnabled,
        has_projects: input.hasProjectsEnabled,
        has_discussions: input.hasDiscussionsEnabled,
        is_template: input.template,
      }),
    });
    return { repository: repositoryNode(asking.tables.repositories.require(repository.id)) };
  },
  archiveRepository: (input: Input<{ repositoryId: string }>, asking) =>
    archived(asking, input.repositoryId, true),
  unarchiveRepository: (input: Input<{ repositoryId: string }>, asking) =>
    archived(asking, input.repositoryId, false),
  cloneTemplateRepository: (input: Input<Copy>, asking) => {
    const template = repositoryById(asking, input.repositoryId);
    const { body } = asking.run('repos/create-using-template', template, {
      params: {
        template_owner: asking.tables.accounts.require(template.ownerId).login,
        template_repo: template.name,
      },
      body: given({
        owner: accountById(asking, input.ownerId).login,
        name: input.name,
        description: input.description,
        include_all_branches: input.includeAllBranches,
        private: input.visibility !== 'PUBLIC',
      }),
    });
    return { repository: nodeOfRest(asking, body) };
  },
});

function archived(asking: Asking, id: string, archive: boolean) {
  const repository = repositoryById(asking, id);
  asking.run('repos/update', repository, { body: { archived: archive } });
  return { repository: repositoryNode(asking.tables.repositories.require(repository.id)) };
}

function nodeOfRest(asking: Asking, json: unknown): RepositoryNode {
  return repositoryNode(asking.tables.repositories.require((json as { id: number }).id));
}
