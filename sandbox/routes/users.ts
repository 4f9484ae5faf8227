import type { Context, Reply, Routes } from '../kernel/context.ts';
import type { Account } from '../state/accounts.ts';
import { accountView, privateUserView, publicUserView } from '../views/accounts.ts';
import { sincePage } from './since.ts';

function show(c: Context, account: Account): Reply {
  return c.ok(publicUserView(c, account));
}

/** The public address, if there is one, and the one GitHub gives everybody. */
function emails(c: Context): Reply {
  const { id, login, email } = c.actor;
  const hidden = `${id}+${login}@users.noreply.github.com`;
  const rows = [
    ...(email === null ? [] : [{ email, primary: true, verified: true, visibility: 'public' }]),
    { email: hidden, primary: email === null, verified: true, visibility: null },
  ];
  return c.page(rows, (row) => row);
}

/** People: https://docs.github.com/rest/users/users */
export const userRoutes: Routes = {
  'users/get-authenticated': (c) => c.ok(privateUserView(c, c.actor)),
  'users/get-by-username': (c) =>
    show(c, c.found(c.tables.accounts.find('login', c.text('username').toLowerCase()))),
  'users/get-by-id': (c) => show(c, c.found(c.tables.accounts.get(c.number('account_id')))),
  'users/list': (c) => {
    const people = [...c.tables.accounts.all()].filter((row) => row.type !== 'Bot');
    return sincePage(c, people, (row) => accountView(c, row));
  },
  'users/list-emails-for-authenticated-user': emails,
};
