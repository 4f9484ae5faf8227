import { describe, expect, it } from 'vitest';

import { annotationOf, parseCommand } from '../../../../sandbox/actions/runner/commands.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
describe('workflow commands', () => {
  it.each([
    [
      '::error file=app.js,line=1::Missing semicolon',
      { name: 'error', properties: { file: 'app.js', line: '1' }, data: 'Missing semicolon' },
    ],
    ['  ::notice::indented', { name: 'notice', properties: {}, data: 'indented' }],
    [
      '::warning title=a%2Cb%3Ac::50%25%0Amore',
      { name: 'warning', properties: { title: 'a,b:c' }, data: '50%\nmore' },
    ],
    ['::set-output name=x::a=b::c', { name: 'set-output', properties: { name: 'x' }, data: 'a=b::c' }],
    ['::error title=a=b::x', { name: 'error', properties: { title: 'a=b' }, data: 'x' }],
    ['::endgroup::', { name: 'endgroup', properties: {}, data: '' }],
    ['##[group]Title', { name: 'group', properties: {}, data: 'Title' }],
    ['text ##[error]late', { name: 'error', properties: {}, data: 'late' }],
  ])('%s', (line, expected) => {
    expect(parseCommand(line)).toEqual(expected);
  });

  it.each(['plain', 'a ::error::b', '::nothing::known', '::error', '##[other]x', ':: error::x', ''])(
    '%j is just a line',
    (line) => {
      expect(parseCommand(line)).toBeUndefined();
    },
  );

  it.each([
    [
      '::error file=/w/src/a.ts,line=3,endLine=5,title=T::m',
      { level: 'failure', message: 'm', title: 'T', file: 'src/a.ts', line: 3, endLine: 5 },
    ],
    [
      '::warning file=a,line=2,col=4,endColumn=9::m',
      { level: 'warning', message: 'm', file: 'a', line: 2, column: 4, endColumn: 9 },
    ],
    ['::notice endLine=5::m', { level: 'notice', message: 'm', line: 5, endLine: 5 }],
    ['::error line=5,endLine=3::m', { level: 'failure', message: 'm' }],
    ['::error line=1,endLine=2,col=3::m', { level: 'failure', message: 'm', line: 1, endLine: 2 }],
    ['::error col=3::m', { level: 'failure', message: 'm' }],
  ])('annotation of %s', (line, expected) => {
    expect(annotationOf(parseCommand(line)!, '/w')).toEqual(expected);
  });

  it('other commands are no annotations', () => {
    expect(annotationOf(parseCommand('::group::x')!, '/w')).toBeUndefined();
  });
});
