import { DatabaseSync } from 'node:sqlite';

import { StartError } from '../start-error.ts';
import type { Backing, Key } from './store.ts';

const FORMAT = 1;

/** SQLite's result code for a file that another process holds: https://sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Keeps the tables in one SQLite file: a row of text per row, a SQLite transaction per transaction.
 * WAL with `synchronous=normal` survives the death of the process at any point (https://sqlite.org/wal.html);
 * the loss of power may cost the last transactions, never the file.
 * @throws StartError `data-in-use` while another process holds the file, `data-format` when it is of another format
 */
export function sqliteBacking(file: string): Backing {
  const database = new DatabaseSync(file);
  try {
    claim(database, file);
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    const hint = 'stop the other one, or name another folder';
    throw new StartError('data-in-use', `${file} is locked: another sandbox is using it`, hint, {
      cause: error,
    });
  }
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

/** Takes the file for this process alone and makes its table. */
function claim(database: DatabaseSync, file: string): void {
  database.exec('pragma busy_timeout=200; pragma locking_mode=exclusive; pragma journal_mode=wal');
  database.exec('pragma synchronous=normal');
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number };
  if (version !== 0 && version !== FORMAT) {
    const hint = 'name an empty folder, or use the Slipway that wrote this one';
    throw new StartError(
      'data-format',
      `${file} is of format ${version}, this sandbox reads ${FORMAT}`,
      hint,
    );
  }
  database.exec(
    'create table if not exists rows (tab text not null, key text not null, value text not null, primary key (tab, key)) without rowid',
  );
  // The first write takes the exclusive lock, which the file keeps until it is closed.
  database.exec(`pragma user_version=${FORMAT}`);
}
