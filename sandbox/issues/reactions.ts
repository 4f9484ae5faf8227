import { newId, now, type Core } from '../kernel/core.ts';
import type { Reaction, ReactionContent, ReactionSubject } from '../state/issues.ts';

/** Adds a person's reaction; the same one a second time is the first (`fresh` false). */
export function addReaction(
  core: Core,
  userId: number,
  subject: ReactionSubject,
  subjectId: number,
  content: ReactionContent,
): { readonly reaction: Reaction; readonly fresh: boolean } {
  const known = core.tables.reactions.find('once', `${subject}/${subjectId}/${userId}/${content}`);
  if (known !== undefined) return { reaction: known, fresh: false };
  const reaction = core.tables.reactions.put({
    id: newId(core),
    subject,
    subjectId,
    userId,
    content,
    createdAt: now(core),
  });
  return { reaction, fresh: true };
}

/** Reactions to something, oldest first. */
export function reactionsTo(core: Core, subject: ReactionSubject, subjectId: number): Reaction[] {
  return core.tables.reactions.where('subject', `${subject}/${subjectId}`);
}

/** Removes all reactions to something that goes. */
export function removeReactions(core: Core, subject: ReactionSubject, subjectId: number): void {
  for (const { id } of reactionsTo(core, subject, subjectId)) core.tables.reactions.remove(id);
}
