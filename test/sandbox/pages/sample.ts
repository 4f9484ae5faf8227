import { pullWorld, type PullWorld } from '../pulls/world.ts';

const README = `# Sample

Trains a model and says how good it is.

| part | what it does |
| --- | --- |
| \`data\` | reads the table |
| \`train\` | fits a model |

- [x] reads data
- [ ] explains itself

\`\`\`python
def train(rows):
    return fit(rows)
\`\`\`
`;

const TRAIN = `import sys

from data import read


def train(rows, rate=0.1):
    model = start()
    for row in rows:
        model = step(model, row, rate)
    return model


def main():
    rows = read(sys.argv[1])
    model = train(rows)
    print(model)
`;

/** A repository with files, pull requests in several states, issues and labels. */
export function sampleWorld(): PullWorld {
  const world = pullWorld();
  world.push(
    'main',
    {
      'README.md': README,
      'src/train.py': TRAIN,
      'src/data.py': 'def read(path):\n    return open(path)\n',
      'docs/notes.txt': 'Notes\n',
    },
    { message: 'Add the training\n\nIt reads a table and fits a model.\n', as: 'owner' },
  );
  world.push(
    'faster',
    {
      'src/train.py': TRAIN.replace('rate=0.1', 'rate=0.5').replace(
        '    print(model)\n',
        '    print(model)\n    print("done")\n',
      ),
      'src/speed.py': 'LIMIT = 3\n',
    },
    { message: 'Train faster\n' },
  );
  world.push(
    'faster',
    { 'docs/notes.txt': null },
    { message: 'Drop the notes\n\nNobody read them.\n', as: 'writer-2' },
  );
  world.open('faster', {
    title: 'Train faster with a higher rate',
    body: 'A higher rate needs fewer rows.\n\n- [x] measured\n- [ ] documented\n\n> It was slow before.\n',
  });
  world.push('docs', { 'docs/more.md': '# More\n' }, { as: 'writer-2', message: 'Write more\n' });
  world.open('docs', { title: 'Write more documentation', draft: true }, 'writer-2');
  world.push('clash', { 'README.md': '# Another sample\n' }, { from: 'main', message: 'Rename it\n' });
  world.push(
    'main',
    { 'README.md': README.replace('# Sample', '# Sample model') },
    { as: 'owner', message: 'Say what it is\n' },
  );
  world.open('clash', { title: 'Rename the project', body: 'A better name.' });
  world.push('done', { 'src/ready.py': 'READY = True\n' }, { message: 'Be ready\n' });
  const done = world.open('done', { title: 'Be ready' });
  world.call('writer', `PUT /repos/owner/repo/pulls/${done}/merge`, {});
  world.call('writer-2', 'POST /repos/owner/repo/pulls/1/reviews', {
    event: 'COMMENT',
    body: 'Looks **good**, one question.',
    comments: [{ path: 'src/train.py', line: 6, side: 'RIGHT', body: 'Why `0.5`?' }],
  });
  const comments = world.call('writer', 'GET /repos/owner/repo/pulls/1/comments').body as readonly {
    id: number;
  }[];
  world.call('writer', `POST /repos/owner/repo/pulls/1/comments/${comments[0]!.id}/replies`, {
    body: 'It was the best of five.',
  });
  return world;
}
