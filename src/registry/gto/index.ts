export { adoptGto, type AdoptedModel, type Adoption, type AdoptionConfig } from './adopt.ts';
export type { RepositoryTag } from './events.ts';
export type { GtoTag } from './grammar.ts';
export { readGtoHistory, type GtoArtifact, type GtoHistory } from './history.ts';
export {
  isOurStageTag,
  namesOfStage,
  planStageTags,
  type StageLine,
  type StageTag,
  type StageTagPlan,
} from './stage-tags.ts';
export { printVersionTag, readVersionTag, type VersionTag } from './version-tag.ts';
export type { GtoWarning } from './warnings.ts';
