import { parse } from 'yaml';

interface Exclusion {
  readonly labels: readonly string[];
  readonly authors: readonly string[];
}

export interface Category {
  readonly title: string;
  readonly labels: readonly string[];
  readonly exclude: Exclusion;
}

/** `.github/release.yml`. */
export interface NotesConfig {
  readonly exclude: Exclusion;
  readonly categories: readonly Category[];
}

/**
 * Reads the configuration of generated release notes; what is not as documented counts as not said.
 * https://docs.github.com/repositories/releasing-projects-on-github/automatically-generated-release-notes#configuration-options
 */
export function parseNotesConfig(text: string): NotesConfig {
  const changelog = member(document(text), 'changelog');
  const categories = member(changelog, 'categories');
  return {
    exclude: exclusion(member(changelog, 'exclude')),
    categories: (Array.isArray(categories) ? (categories as unknown[]) : []).map((category) => ({
      title: texts([member(category, 'title')])[0] ?? '',
      labels: texts(member(category, 'labels')),
      exclude: exclusion(member(category, 'exclude')),
    })),
  };
}

function document(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function exclusion(value: unknown): Exclusion {
  return { labels: texts(member(value, 'labels')), authors: texts(member(value, 'authors')) };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as unknown[]).filter((one) => typeof one === 'string') : [];
}
