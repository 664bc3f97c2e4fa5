/**
 * SQLite databases of the OpenStack services.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";

/**
 * Switches a database to write-ahead logging permanently. With a rollback journal Keystone locks
 * itself out within one request ("database is locked", status 500).
 */
export function useWriteAheadLog(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = WAL");
  } finally {
    database.close();
  }
}
