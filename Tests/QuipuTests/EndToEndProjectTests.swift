internal import CanonicalJSON
internal import EventStore
internal import Foundation
internal import Testing

/// The SQLite read model: kept current, made anew, refused, read while it changes.
@Suite("End to end: project")
struct EndToEndProjectTests {
  /// Says `same FILE FOLDER` where a read model holds what `replay --format csv` wrote, row for row.
  private static let same = """
    same() { python3 - "$1" "$2" <<'PY' || exit 90
    import csv, sqlite3, sys
    base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    for table in "accounts contacts payments plans promises scores".split():
        with open(f"{sys.argv[2]}/{table}.csv", newline="") as file:
            head, *rows = csv.reader(file)
        key = {"accounts": "account", "payments": "account, payment, rowid"}.get(table, "1, 2")
        found = base.execute(f"SELECT * FROM {table} ORDER BY {key}")
        assert [column[0] for column in found.description] == head, table
        found = [["" if cell is None else str(cell) for cell in row] for row in found]
        assert found == rows, (table, len(found), len(rows))
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    PY
    }

    """

  private static func opened(_ count: Int) -> [String] {
    (1...count).map { DraftLine.opened("A-\($0)") }
  }

  @Test("a portfolio recorded in parts, on one day and the next, is what replay writes")
  func equalsReplay() throws {
    let ledger = try TemporaryLedger()
    let run = try ledger.bash(
      Self.same + """
        set -eo pipefail
        "$quipu" generate --accounts 40 --months 10 --seed 5 --start 2024-03-01 --out drafts 2> said
        split -n l/4 drafts part.
        for part in part.*; do
          "$quipu" record $part > said
          "$quipu" project desk.sqlite --on 2024-11-20 --json >> steps
          "$quipu" replay --on 2024-11-20 --out csv > said
          same desk.sqlite csv
        done
        for day in 2024-11-21 2024-06-30 2025-03-01; do
          "$quipu" project desk.sqlite --on $day --jobs 3 --json >> steps
          "$quipu" replay --on $day --out csv > said
          same desk.sqlite csv
        done
        "$quipu" portfolio --on 2025-03-01 --json > portfolio
        python3 - <<'PY'
        import json, sqlite3
        base = sqlite3.connect("desk.sqlite")
        views = [row[0] for row in base.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]
        assert len(views) >= 10, views
        for view in views: base.execute(f"SELECT * FROM {view}").fetchall()
        total, overdue = base.execute("SELECT sum(outstanding), sum(overdue) FROM aging").fetchone()
        assert str(total) in open("portfolio").read() and str(overdue) in open("portfolio").read()
        assert base.execute("SELECT sum(accounts) FROM aging").fetchone() == (40,)
        PY
        cat steps; ls desk.sqlite*
        """)
    try #require(run.exit == 0, "\(run.exit) \(run.output) \(run.errors)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let steps = try lines.prefix(7).map { try JSONValue(parsing: $0, as: .json) }
    #expect(steps[0]["rebuilt"]?.stringValue == "absent")
    for step in steps.dropFirst() { #expect(step["rebuilt"] == .null) }
    #expect(steps[1]["from"] == steps[0]["knownAt"]?["size"])
    // Another day: everything is looked at, and only what differs is written.
    #expect(steps[4]["accounts"]?.integerValue == 40)
    #expect((steps[4]["rows"]?.integerValue ?? 0) < (steps[0]["rows"]?.integerValue ?? 0))
    // Closed by its last user, the file stands alone but for its lock.
    #expect(lines.dropFirst(7) == ["desk.sqlite", "desk.sqlite.lock"])
  }

  @Test("it goes on from where it was, and is made anew, with a notice, where it cannot")
  func madeAnew() throws {
    let ledger = try TemporaryLedger(recording: Self.opened(3))
    let older = try ledger.copy()
    let other = try TemporaryLedger(recording: Self.opened(2))
    func project(_ ledger: TemporaryLedger, _ words: String = "") throws -> (JSONValue, String) {
      let run = try ledger.run(
        "project \(self.file(ledger)) --on 2025-02-15 --json \(words)")
      try #require(run.exit == 0, "\(run.errors)")
      return (try run.json, run.errors)
    }
    var (step, said) = try project(ledger)
    #expect(step["rebuilt"]?.stringValue == "absent" && step["accounts"]?.integerValue == 3)
    try ledger.record([DraftLine.paid("A-2", "p-1")])
    (step, said) = try project(ledger)
    #expect(step["from"]?.integerValue == 4 && step["accounts"]?.integerValue == 1)
    #expect(step["rows"]?.integerValue == 3 && said.isEmpty)
    (step, said) = try project(ledger)
    #expect(step["rows"]?.integerValue == 0 && step["accounts"]?.integerValue == 0)
    (step, said) = try project(ledger, "--rebuild")
    #expect(step["rebuilt"]?.stringValue == "asked" && step["rows"]?.integerValue == 4)
    let file = "\(ledger.folder)/desk.sqlite"
    let reasons: [(reason: String, ledger: TemporaryLedger, spoil: String)] = [
      ("schema", ledger, #"sqlite3 "$f" "PRAGMA user_version = 1""#),
      ("rules", ledger, #"sqlite3 "$f" "UPDATE meta SET value = 'older' WHERE key = 'rules'""#),
      ("damaged", ledger, #"dd if=/dev/zero of="$f" bs=1 seek=100 count=60000 conv=notrunc"#),
      ("ahead", older, "true"), ("ledger", other, "true"), ("ledger", ledger, "true"),
    ]
    for (reason, source, spoil) in reasons {
      let spoilt = try ledger.bash("f=\(file); \(spoil) 2>&1 || exit 77")
      if spoilt.exit == 77 {
        print("EndToEndProjectTests: sqlite3 is not there: \(reason) not tried")
        continue
      }
      let run = try source.run("project \(file) --on 2025-02-15 --json")
      #expect(try run.json["rebuilt"]?.stringValue == reason, "\(run.errors)")
      #expect(run.errors.contains("read_model_rebuilt"))
      #expect(run.exit == 0)
    }
    // Another history of the same ledger, as long as the first.
    try older.record([DraftLine.paid("A-3", "p-2")])
    let run = try older.run("project \(file) --on 2025-02-15 --json")
    #expect(try run.json["rebuilt"]?.stringValue == "history")
    // A page spoilt that only some rows lie on: said, and mended when asked to.
    let spoiling = try ledger.bash(
      """
      python3 - <<'PY'
      import sqlite3
      base = sqlite3.connect("desk.sqlite")
      (page,) = base.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'").fetchone()
      base.close()
      with open("desk.sqlite", "r+b") as file:
          file.seek((page - 1) * 4096)
          file.write(bytes(4096))
      PY
      """)
    #expect(spoiling.exit == 0, "\(spoiling.errors)")
    try older.record([DraftLine.paid("A-1", "p-3")])
    let spoilt = try older.run("project \(file) --on 2025-02-15 --json")
    #expect(try spoilt.exit == 4 && spoilt.failure.code == "read_model_damaged")
    #expect(try older.run("project \(file) --on 2025-02-15 --rebuild").exit == 0)
    let sound = try older.run("project \(file) --on 2025-02-15 --json")
    #expect(try sound.exit == 0 && sound.json["rows"]?.integerValue == 0)
  }

  private func file(_ ledger: TemporaryLedger) -> String { "\(ledger.folder)/desk.sqlite" }

  @Test("what is no read model is left as it is")
  func refusals() throws {
    let ledger = try TemporaryLedger(recording: Self.opened(1))
    let run = try ledger.bash(
      """
      echo a letter > letter; cp letter letter.before
      "$quipu" export sqlite exported > said; cp exported exported.before
      for file in letter exported; do
        "$quipu" project $file --json; echo "exit $?"; cmp $file $file.before
      done
      mkdir folder; "$quipu" project folder; echo "exit $?"
      "$quipu" project no/such/place; echo "exit $?"
      : > empty; "$quipu" project empty > said; echo "exit $?"
      "$quipu" project; echo "exit $?"
      "$quipu" project x --every 0; echo "exit $?"
      ls letter.* exported.*
      """)
    #expect(
      run.output == """
        exit 3
        exit 3
        exit 4
        exit 4
        exit 0
        exit 2
        exit 2
        exported.before
        letter.before

        """, "\(run.output) \(run.errors)")
    #expect(run.errors.components(separatedBy: "not_a_read_model").count == 3)
  }

  @Test("--follow keeps up until it is told to stop; one program a file, and no writer waits")
  func follow() throws {
    let ledger = try TemporaryLedger(recording: Self.opened(2))
    let drafts = (3...6).map { DraftLine.opened("A-\($0)") }
    for (place, draft) in drafts.enumerated() {
      try ledger.write(Array((draft + "\n").utf8), to: "d\(place)")
    }
    let run = try ledger.bash(
      """
      "$quipu" project desk.sqlite --follow --on 2025-02-15 > out 2> err & pid=$!
      until_says() { for i in $(seq 300); do grep -q " $1 events" out && return; sleep 0.1; done
        kill $pid; exit 20; }
      until_says 3
      "$quipu" project desk.sqlite --json; echo "second: exit $?"
      for n in 0 1 2 3; do
        "$quipu" record d$n > said || exit 21
        until_says $((n + 4))
      done
      cp -r "$QUIPU_LEDGER" kept
      rm desk.sqlite desk.sqlite-wal desk.sqlite-shm 2> said
      printf '%s\\n' '\(DraftLine.paid("A-1", "p-9"))' > more; "$quipu" record more > said || exit 22
      until_says 8
      kill -TERM $pid; wait $pid; echo "follow: exit $?"
      wc -l < out; cat err
      "$quipu" project desk.sqlite --on 2025-02-15
      """)
    #expect(
      run.output == """
        second: exit 5
        follow: exit 0
        6
        desk.sqlite: 2025-02-15, 8 events, 0 rows changed, 0 accounts looked at

        """, "\(run.exit) \(run.output) \(run.errors)")
    #expect(run.errors.contains("in_use"))
  }

  @Test("--follow takes the new day when it begins where the ledger is kept")
  func midnight() throws {
    let ledger = try TemporaryLedger()
    // A zone of our own, whose clocks are put forward by a day in some seconds.
    let run = try ledger.bash(
      """
      export TZDIR="$folder/zones" QUIPU_LEDGER="$folder/jumping"; mkdir zones
      zone() { python3 - $1 <<'PY'
      import struct, sys, time
      with open("zones/Jump", "wb") as file:
          file.write(b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 1, 2, 4))
          file.write(struct.pack(">l", int(time.time()) + int(sys.argv[1])) + bytes([1]))
          file.write(struct.pack(">lBB", 0, 0, 0) + struct.pack(">lBB", 86400, 0, 0) + b"AAA\\0")
      PY
      }
      zone 100000
      "$quipu" init --name z --time-zone Jump > said || exit 10
      printf '%s\\n' '\(DraftLine.opened("A-1"))' > draft; "$quipu" record draft > said || exit 11
      zone 12
      "$quipu" project desk.sqlite --follow > out & pid=$!
      for i in $(seq 400); do [ $(wc -l < out) = 2 ] && break; sleep 0.1; done
      kill -TERM $pid; wait $pid || exit 12
      python3 - <<'PY' || exit 13
      import datetime, re
      first, second = (datetime.date.fromisoformat(re.search(r"[-0-9]{10}", line)[0])
                       for line in open("out"))
      assert (second - first).days == 1, (first, second)
      PY
      cat out
      """)
    #expect(run.exit == 0, "\(run.exit) \(run.output) \(run.errors)")
    // Nothing came in: the figures are looked at again because the day is another.
    #expect(run.output.components(separatedBy: "1 account looked at").count == 3, "\(run.output)")
  }

  @Test("a reader holds its view across updates and making anew, and never waits")
  func reader() throws {
    let ledger = try TemporaryLedger(recording: Self.opened(3))
    try ledger.write(Array((DraftLine.paid("A-1", "p-1") + "\n").utf8), to: "more")
    try ledger.write(Array((DraftLine.paid("A-2", "p-2") + "\n").utf8), to: "last")
    let run = try ledger.bash(
      """
      "$quipu" project desk.sqlite --on 2025-02-15 > said
      python3 - <<'PY'
      import os, sqlite3, subprocess
      def project(day, *words):
          subprocess.run([os.environ["quipu"], "project", "desk.sqlite", "--on", day, *words],
                         check=True, stdout=subprocess.DEVNULL)
      reader = sqlite3.connect("desk.sqlite", timeout=0, isolation_level=None)
      count = "SELECT (SELECT count(*) FROM payments), (SELECT sum(outstanding) FROM accounts)"
      reader.execute("BEGIN")
      before = reader.execute(count).fetchone()
      subprocess.run([os.environ["quipu"], "record", "more"], check=True, stdout=subprocess.DEVNULL)
      for words in (["2025-02-15"], ["2025-02-15", "--rebuild"], ["2025-02-16"]):
          project(*words)
          assert reader.execute(count).fetchone() == before, words
          after = sqlite3.connect("desk.sqlite", timeout=0).execute(count).fetchone()
          assert after == (1, before[1] - 20_000), after
      subprocess.run([os.environ["quipu"], "record", "last"], check=True, stdout=subprocess.DEVNULL)
      project("2025-02-16", "--rebuild")
      assert reader.execute(count).fetchone() == before
      reader.execute("COMMIT")
      # The same connection sees what is there now: it is the same file.
      assert reader.execute(count).fetchone() == (2, before[1] - 40_000)
      assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
      PY
      """)
    #expect(run.exit == 0, "\(run.output) \(run.errors)")
  }

  @Test("events that cannot be read are parked, told of, and hold nothing up")
  func parked() throws {
    let ledger = try TemporaryLedger(recording: Self.opened(2))
    // What this version would refuse stands in the log as a later one may write it.
    let strange: [(type: String, data: String)] = [
      ("PaymentSplit", #"{"payment":"p-1"}"#),
      ("PaymentReceived", #"{"amount":"20","currency":"PEN","method":"cash","payment":"p-2"}"#),
    ]
    do {
      let log = try EventLog.open(
        directory: ledger.path, at: "2025-02-10T00:00:00.000Z", effective: "2025-02-10",
        actor: Array(#"{"id":"u-1","kind":"person","role":"agent"}"#.utf8))
      _ = try log.append(
        strange.enumerated().map { place, event in
          PendingEvent(
            type: event.type, stream: "account/A-1", key: "strange-\(place)",
            effective: "2025-02-10",
            actor: Array(#"{"id":"u-1","kind":"person","role":"agent"}"#.utf8),
            data: Array(event.data.utf8))
        }, at: "2025-02-10T00:00:00.000Z")
    }
    let command = "project \(file(ledger)) --on 2025-02-15 --json"
    let run = try ledger.run(command)
    #expect(run.exit == 1)
    #expect(run.errors.components(separatedBy: "event_parked").count == 3, "\(run.errors)")
    #expect(try run.json["parked"]?.integerValue == 2)
    #expect(try run.json["rows"]?.integerValue == 4)
    let again = try ledger.run(command)
    #expect(again.exit == 1)
    #expect(try again.json["rows"]?.integerValue == 0)
    #expect(try again.json["parked"]?.integerValue == 2)
    // Replay, which vouches for every event, refuses the log.
    #expect(try ledger.run("replay").exit == 1)
  }

  @Test("the schema is printed as SQL that makes it, with a word on every table and view")
  func schema() throws {
    let text = try Program.run("project --schema")
    #expect(text.exit == 0)
    let pieces = text.output.components(separatedBy: "CREATE ").dropFirst()
    #expect(pieces.count > 25)
    for piece in pieces where !piece.hasPrefix("INDEX") {
      #expect(piece.contains("-- "), "\(piece.prefix(40))")
    }
    let value = try Program.run("project --schema --json").json
    #expect(value["schema"]?.stringValue == text.output)
  }
}
