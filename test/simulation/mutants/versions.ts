import type { Mutant } from './apply.ts';

const ASSETS = 'src/registry/versions/assets.ts';
const DRAFT = 'src/registry/versions/draft.ts';
const FINISH = 'src/registry/versions/finish.ts';
const REGISTER = 'src/registry/versions/register.ts';
const TAGS = 'src/registry/versions/version-tags.ts';
const PULL = 'src/registry/pulls/pull.ts';
const FETCH = 'src/registry/pulls/fetch-manifest.ts';
const RELEASES = 'src/platform/github/releases.ts';
const REGISTRATION = 'registration of a merged pull request';
const CRASHES = ['test/unit/registry/versions/crashes.test.ts'];
const FINISHING = ['test/unit/registry/versions/finish.test.ts'];
const REGISTERING = ['test/unit/registry/versions/register.test.ts'];
const PULLING = ['test/unit/registry/pulls'];
const FILES = ['test/unit/registry/versions/uploadable.test.ts'];

/** Designs of how versions come into being, are finished and are pulled. */
export const VERSIONS: readonly Mutant[] = [
  {
    name: 'a release’s files are not looked at before the entry',
    flow: 'registration whose files are replaced meanwhile',
    patches: [{ file: REGISTER, from: 'if (missing !== null) throw', to: "if (missing === '') throw" }],
  },
  {
    name: 'an asset’s digest is not bound',
    tests: REGISTERING,
    patches: [
      {
        file: ASSETS,
        from: 'return (await digestOfAsset(releases, asset)) === wanted.sha256;',
        to: 'return (await digestOfAsset(releases, asset)) !== wanted.name;',
      },
    ],
  },
  {
    name: 'an asset without its bytes is there',
    flow: 'registration whose uploads break off',
    patches: [
      {
        file: ASSETS,
        from: "if (asset.state !== 'uploaded' || asset.bytes !== wanted.bytes) return false;",
        to: "if (asset.state === 'starter') return true;\n  if (asset.bytes !== wanted.bytes) return false;",
      },
    ],
  },
  {
    name: 'a version is published before its entry',
    flow: REGISTRATION,
    patches: [
      {
        file: REGISTER,
        from: 'const recorded = await this.#append(version, sent.manifest);',
        to: 'await this.#ports.releases.publish((await findDraft(this.#ports.releases, this.#input.key))!.id);\n    const recorded = await this.#append(version, sent.manifest);',
      },
    ],
  },
  {
    name: 'the entry comes before the assets',
    flow: REGISTRATION,
    patches: [
      {
        file: REGISTER,
        from: 'const { sent } = await this.#prepare(draft, version);',
        to: "await this.#append(version, 'a'.repeat(64));\n    const { sent } = await this.#prepare(draft, version);",
      },
    ],
  },
  {
    name: 'somebody else’s draft is gone on with',
    flow: 'registration beside a forged draft',
    patches: [
      {
        file: RELEASES,
        from: '.filter((row) => row.author?.id === this.#options.self);',
        to: '.filter((row) => row.author !== null);',
      },
    ],
  },
  {
    name: 'a registration’s key is not looked for',
    flow: REGISTRATION,
    patches: [
      {
        file: REGISTER,
        from: 'if (before !== null) return await this.#complete(before);',
        to: 'void before;',
      },
    ],
  },
  {
    name: 'the draft of a registration is not found again',
    flow: REGISTRATION,
    patches: [
      {
        file: DRAFT,
        from: '.filter((draft) => keyOf(draft) === key);',
        to: ".filter((draft) => keyOf(draft) === '');",
      },
    ],
  },
  {
    name: 'a draft that receives files is abandoned',
    tests: FINISHING,
    patches: [{ file: FINISH, from: '<= HOUR) return false;', to: '<= HOUR - HOUR) return false;' }],
  },
  {
    name: 'a version is published without its tag',
    tests: [...CRASHES, ...FINISHING],
    patches: [{ file: FINISH, from: '  await ensureTag(tags, facts, headline);\n', to: '' }],
  },
  {
    name: 'a release that somebody else published is taken for ours',
    tests: FINISHING,
    patches: [
      {
        file: FINISH,
        from: 'if (!(await holdsManifest(releases, published, facts.manifest))) throw foreign(release.tag, published);',
        to: '',
      },
    ],
  },
  {
    name: 'what a crash left is not finished',
    tests: FINISHING,
    patches: [{ file: FINISH, from: 'if (state !== null) {', to: 'if (state === undefined) {' }],
  },
  {
    name: 'drafts without an entry stay',
    tests: CRASHES,
    patches: [
      {
        file: FINISH,
        from: '} else if (await isAbandoned(ports, draft)) {',
        to: "} else if (draft.tag === '') {",
      },
    ],
  },
  {
    name: 'the tag of an abandoned draft stays',
    tests: CRASHES,
    patches: [
      {
        file: FINISH,
        from: 'if (said !== null && (await holdsManifest(releases, draft, said))) await tags.remove(draft.tag);',
        to: 'void [said, tags];',
      },
    ],
  },
  {
    name: 'a tag is ours whatever it says',
    tests: [...FINISHING, ...REGISTERING],
    patches: [
      {
        file: TAGS,
        from: 'return tag?.commit === commit && readVersionTag(tag.name, tag.message)?.manifest === manifest;',
        to: 'return tag !== null && commit !== manifest;',
      },
    ],
  },
  {
    name: 'a version is registered twice',
    tests: ['test/unit/registry/log/fold.test.ts'],
    patches: [
      {
        file: 'src/registry/log/fold.ts',
        from: 'if (versionOf(state, version) !== null) refuse(entry, `${version} is registered already`);\n  const added',
        to: 'const added',
      },
    ],
  },
  {
    name: 'a release that is gone is not named',
    tests: FINISHING,
    patches: [
      {
        file: FINISH,
        from: 'if (release === null) troubles.push(goneRelease(tag));\n    else if',
        to:
          'if (release !== null &&' +
          " tag === '') troubles.push(goneRelease(tag));\n    else if (release !== null) if",
      },
    ],
  },
  {
    name: 'files are pulled as they lie in the release',
    tests: PULLING,
    patches: [
      {
        file: PULL,
        from: "if (bytes !== file.bytes || hash.digest('hex') !== file.sha256)",
        to: "if (bytes !== file.bytes || hash.digest('hex') === '')",
      },
    ],
  },
  {
    name: 'assets are pulled whatever the release says of them',
    tests: PULLING,
    patches: [
      { file: PULL, from: 'if (!equal) throw mismatch', to: "if (!equal && tag === '') throw mismatch" },
    ],
  },
  {
    name: 'a manifest is whatever the release holds',
    tests: PULLING,
    patches: [{ file: FETCH, from: 'if (sha256(text) !== at.digest) continue;', to: '' }],
  },
  {
    name: 'a manifest of another version serves as well',
    tests: PULLING,
    patches: [
      {
        file: FETCH,
        from: 'if (manifest.model !== at.model || manifest.version !== at.version)',
        to: "if (manifest.model === '')",
      },
    ],
  },
  {
    name: 'a log that was tampered with is pulled from',
    tests: PULLING,
    patches: [
      {
        file: PULL,
        from: 'if (trouble === null) return;',
        to: "if (trouble === null || named.model !== '') return;",
      },
    ],
  },
  {
    name: 'tokens go up with the model',
    tests: FILES,
    patches: [
      {
        file: 'src/registry/versions/uploadable.ts',
        from: 'return bytes !== null && TOKEN.test(',
        to: 'return bytes === null && TOKEN.test(',
      },
    ],
  },
  {
    name: 'links go up with the model',
    tests: FILES,
    patches: [
      {
        file: 'src/registry/versions/uploadable.ts',
        from: "if (facts.kind !== 'file') return",
        to: "if (facts.kind === 'other') return",
      },
      {
        file: 'src/registry/versions/uploadable.ts',
        from: 'return facts.realpath === join(root, path) ? null',
        to: "return facts.realpath !== '' ? null",
      },
    ],
  },
  {
    name: 'formats that hold code go up',
    tests: FILES,
    patches: [
      {
        file: 'src/registry/versions/uploadable.ts',
        from: 'problems.push(...checkFormats(',
        to: 'void (checkFormats(',
      },
    ],
  },
];
