import { DatabaseSync } from 'node:sqlite';

import type { Backing, Key } from './store.ts';

const FORMAT = 1;

/**
 * Keeps the tables in one SQLite file: a row of text per row, a SQLite transaction per transaction.
 * WAL with `synchronous=normal` survives the death of the process at any point (https://sqlite.org/wal.html);
 * the loss of power may cost the last transactions, never the file.
 * @throws Error when the file was written by another format of the sandbox, or another process holds it.
 */
export function sqliteBacking(file: string): Backing {
  const database = new DatabaseSync(file);
  database.exec(
    'pragma locking_mode=exclusive; pragma journal_mode=wal; pragma synchronous=normal; pragma busy_timeout=500',
  );
  database.exec(
    'create table if not exists rows (tab text not null, key text not null, value text not null, primary key (tab, key)) without rowid',
  );
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number };
  if (version !== 0 && version !== FORMAT) {
    database.close();
    throw new Error(
      `${file} is of format ${version}, this sandbox reads ${FORMAT}: start with an empty --data folder`,
    );
  }
  // The first write takes the exclusive lock: a second sandbox on the same folder stops here.
  database.exec(`pragma user_version=${FORMAT}`);
  const put = database.prepare('insert or replace into rows values (?, ?, ?)');
  const remove = database.prepare('delete from rows where tab = ? and key = ?');
  return {
    load: (each) => {
      const rows = database.prepare('select tab, key, value from rows').iterate();
      for (const row of rows as Iterable<{ tab: string; key: string; value: string }>) {
        each(row.tab, JSON.parse(row.key) as Key, JSON.parse(row.value));
      }
    },
    commit: (changes) => {
      database.exec('begin immediate');
      try {
        for (const { table, key, value } of changes) {
          if (value === undefined) remove.run(table, JSON.stringify(key));
          else put.run(table, JSON.stringify(key), JSON.stringify(value));
        }
        database.exec('commit');
      } catch (error) {
        database.exec('rollback');
        throw error;
      }
    },
    close: () => {
      database.close();
    },
  };
}
