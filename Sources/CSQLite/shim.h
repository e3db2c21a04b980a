// SQLite, as Quipu uses it. SQLITE_TRANSIENT is a cast macro that Swift cannot import.
#ifndef QUIPU_CSQLITE_SHIM_H
#define QUIPU_CSQLITE_SHIM_H

#include <sqlite3.h>

static inline int quipu_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *text,
                                          int length) {
  return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}

static inline int quipu_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes,
                                          int length) {
  return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_TRANSIENT);
}

#endif
