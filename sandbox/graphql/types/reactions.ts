import { nodeId } from '../../kernel/node-id.ts';
import { accountNode } from './nodes.ts';
import type { Reaction, ReactionContent, ReactionSubject } from '../../state/issues.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';

/** GraphQL's names of the reactions, in the order in which GitHub lists their groups. */
export const REACTIONS: Readonly<Record<string, ReactionContent>> = {
  THUMBS_UP: '+1',
  THUMBS_DOWN: '-1',
  LAUGH: 'laugh',
  HOORAY: 'hooray',
  CONFUSED: 'confused',
  HEART: 'heart',
  ROCKET: 'rocket',
  EYES: 'eyes',
};

interface GroupNode {
  readonly __typename: 'ReactionGroup';
  readonly content: string;
  readonly reactions: readonly Reaction[];
}

interface ReactionNode {
  readonly __typename: 'Reaction';
  readonly row: Reaction;
}

/** All eight groups of a subject, also the empty ones, as GitHub gives them. */
export function reactionGroups(asking: Asking, subject: ReactionSubject, id: number): GroupNode[] {
  const all = asking.tables.reactions.where('subject', `${subject}/${id}`);
  return Object.entries(REACTIONS).map(([content, word]) => ({
    __typename: 'ReactionGroup',
    content,
    reactions: all.filter((one) => one.content === word),
  }));
}

/** The reactions to a subject. */
export function reactionsOf(
  asking: Asking,
  subject: ReactionSubject,
  id: number,
  content: unknown,
): ReactionNode[] {
  return asking.tables.reactions
    .where('subject', `${subject}/${id}`)
    .filter((one) => typeof content !== 'string' || REACTIONS[content] === one.content)
    .map(reactionNode);
}

/** The object of a reaction. */
export function reactionNode(row: Reaction): ReactionNode {
  return { __typename: 'Reaction', row };
}

const people = ({ reactions }: GroupNode, asking: Asking) =>
  reactions.map(({ userId }) => accountNode(asking.tables.accounts.require(userId)));

/** Types of reactions. */
export const REACTION_TYPES: Readonly<Record<string, Fields<never>>> = {
  ReactionGroup: fields<GroupNode>({
    content: ({ content }) => content,
    createdAt: ({ reactions }) => reactions[0]?.createdAt ?? null,
    users: (group, _, asking) => people(group, asking),
    reactors: (group, _, asking) => people(group, asking),
    viewerHasReacted: ({ reactions }, _, asking) =>
      reactions.some(({ userId }) => userId === asking.account?.id),
  }),
  Reaction: fields<ReactionNode>({
    id: ({ row }) => nodeId('REA', row.id),
    databaseId: ({ row }) => row.id,
    content: ({ row }) => Object.entries(REACTIONS).find(([, word]) => word === row.content)?.[0],
    createdAt: ({ row }) => row.createdAt,
    user: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.userId)),
  }),
};
