import type { RepositoryTag, TagHistory } from '../../src/registry/ports.ts';

/** Tags of a repository in memory. */
export class MemoryTags implements TagHistory {
  readonly all: RepositoryTag[] = [];

  constructor(tags: readonly RepositoryTag[] = []) {
    this.all.push(...tags);
  }

  read(prefix: string): Promise<readonly RepositoryTag[]> {
    return Promise.resolve(this.all.filter(({ name }) => name.startsWith(prefix)));
  }

  create(tag: Parameters<TagHistory['create']>[0]): Promise<void> {
    if (!this.all.some(({ name }) => name === tag.name))
      this.all.push({ ...tag, annotated: true, inner: tag.name });
    return Promise.resolve();
  }
}
