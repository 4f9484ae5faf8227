import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import type { LabelNode } from './nodes.ts';

/** Address of a label's page. */
export function labelUrl(asking: Asking, { row, repository }: LabelNode): string {
  return `${asking.urls.web}/${fullName(asking, repository)}/labels/${encodeURIComponent(row.name)}`;
}
