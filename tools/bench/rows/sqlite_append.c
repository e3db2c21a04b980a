/* Inserts events into SQLite as durably as Quipu appends them: WAL, synchronous=FULL, a transaction
 * a batch. Reads lines `seq TAB stream TAB n TAB key TAB body`, an empty one after each batch, from
 * standard input; then inserts by the clock and prints the nanoseconds.
 * usage: sqlite_append DATABASE */
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(sqlite3 *base, int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(base));
  exit(1);
}

static void run(sqlite3 *base, const char *text) {
  check(base, sqlite3_exec(base, text, NULL, NULL, NULL));
}

static sqlite3_stmt *prepared(sqlite3 *base, const char *text) {
  sqlite3_stmt *statement;
  check(base, sqlite3_prepare_v2(base, text, -1, &statement, NULL));
  return statement;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  size_t room = 1 << 20, used = 0, got;
  char *all = malloc(room);
  while (all && (got = fread(all + used, 1, room - used, stdin)) > 0) {
    used += got;
    if (used == room) all = realloc(all, room *= 2);
  }
  if (!all) return 1;
  sqlite3 *base;
  sqlite3_stmt *insert, *begin, *commit;
  check(NULL, sqlite3_open(words[1], &base));
  run(base, "PRAGMA journal_mode = WAL");
  run(base, "PRAGMA synchronous = FULL");
  run(base, "CREATE TABLE events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL,"
            " n INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT");
  insert = prepared(base, "INSERT INTO events VALUES (?, ?, ?, ?, ?)");
  begin = prepared(base, "BEGIN IMMEDIATE");
  commit = prepared(base, "COMMIT");
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  int open = 0;
  for (char *line = all, *last = all + used; line < last;) {
    char *next = memchr(line, '\n', last - line);
    if (next == line) {
      check(base, sqlite3_step(commit));
      sqlite3_reset(commit);
      open = 0;
    } else {
      if (!open) {
        check(base, sqlite3_step(begin));
        sqlite3_reset(begin);
        open = 1;
      }
      for (int field = 1; field <= 5; field++) {
        char *stop = field == 5 ? next : memchr(line, '\t', next - line);
        if (field == 1 || field == 3)
          sqlite3_bind_int64(insert, field, strtoll(line, NULL, 10));
        else if (field == 5)
          sqlite3_bind_blob(insert, field, line, stop - line, SQLITE_STATIC);
        else
          sqlite3_bind_text(insert, field, line, stop - line, SQLITE_STATIC);
        line = stop + 1;
      }
      check(base, sqlite3_step(insert));
      sqlite3_reset(insert);
    }
    line = next + 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
  return 0;
}
