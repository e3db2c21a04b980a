internal import CanonicalJSON
internal import Collections
internal import Foundation
internal import Ledger
internal import Testing

/// Whether this user may mount a small file system of his own, in a name space that goes with it.
private let canMount: Bool = {
  let run = try? Program.bash("unshare -rm mount -t tmpfs -o size=64k tmpfs /mnt")
  return run?.exit == 0
}()

@Suite("End to end: exit status and what it leaves")
struct EndToEndExitTests {
  private static let base = Result { try TemporaryLedger(recording: [DraftLine.opened("A-1")]) }

  /// 300 payments, of which a batch of 100 is more than 64 KiB of log.
  private static let payments = Array(
    (0..<300).map { DraftLine.paid("A-1", "p-\($0)", 1) + "\n" }.joined().utf8)

  @Test(
    "each kind of failure has its exit status and its code",
    arguments: table(
      """
      command                                      exit  code
      show                                         2     missing_argument
      show A-1 --on 2025-02-30                     2     bad_value
      show A-1 --know-at 3                         2     unknown_option
      init --currency XXZ                          2     bad_value
      init --time-zone Mars/Olympus                3     unknown_time_zone
      init                                         3     exists
      show A-9                                     3     unknown_account
      import nowhere drafts                        4     mapping_not_found
      record not-there                             4     io
      record .                                     4     io
      import road-traffic-fines not-there          4     io
      record drafts --ledger not-there             4     not_a_ledger
      show A-1 --ledger .                          4     not_a_ledger
      verify --ledger not-there                    4     not_a_ledger
      replay --ledger drafts                       4     not_a_ledger
      init --ledger not/there                      4     io
      generate --out not/there                     4     io
      """))
  func statuses(_ row: [String]) throws {
    let ledger = try Self.base.get().copy()
    try ledger.write([], to: "drafts")
    let before = try FileManager.default.subpathsOfDirectory(atPath: ledger.folder)
    let run = try ledger.bash("\"$quipu\" \(row[0]) --json")
    #expect(run.exit == Int32(row[1]))
    #expect(run.output.isEmpty)
    #expect(try run.failure.code == row[2])
    #expect(try run.failure.exit == Int64(row[1]))
    #expect(try FileManager.default.subpathsOfDirectory(atPath: ledger.folder) == before)
  }

  @Test("while another process writes, writing is exit 5 and reading goes on")
  func inUse() throws {
    let ledger = try Self.base.get().copy()
    let actor = try #require(Actor(id: "u-1", kind: .person, role: "agent"))
    let today = try #require(CivilDate("2025-03-01"))
    let now = try #require(Instant("2999-01-01T00:00:00.000Z"))
    var intake: Intake? = try Intake(opening: ledger.path, by: actor, at: now, today: today)
    let draft = DraftLine.paid("A-1", "p-1", 100)
    for command in ["record", "import road-traffic-fines"] {
      let run = try ledger.bash("\"$quipu\" \(command) /dev/null --json")
      #expect(run.exit == 5)
      #expect(run.output.isEmpty)
      #expect(try run.failure.code == "in_use")
    }
    // What the writer has accepted is seen when it is committed, and not before.
    _ = try intake?.accept(
      try Draft(line: Array(draft.utf8), number: 1, of: "-"), by: actor, today: today)
    for size in [2, 3] as [Int64] {
      let show = try ledger.run("show A-1 --on 2025-03-01 --json")
      #expect(show.exit == 0)
      #expect(try show.json["knownAt"]?["size"]?.integerValue == size)
      #expect(try ledger.run("verify").exit == 0)
      if size == 2 { try intake?.commit(at: { now }, { _ in true }) }
    }
    intake = nil
    #expect(try ledger.record(bytes: Array(draft.utf8)).exit == 0)
  }

  @Test(
    "a reader who leaves after one line ends record quietly; what was acknowledged is there",
    arguments: ["record drafts --batch 100", "record - --batch 100 < drafts"])
  func readerLeft(_ command: String) throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    // The reader takes the first batch's first receipt, and is gone when the second batch's come.
    let run = try ledger.bash(
      """
      exec 3> >(true); sleep 0.1
      "$quipu" \(command) >&3; echo $?
      """)
    #expect(run.output == "141\n")
    #expect(run.errors.isEmpty)
    let size = try #require(try ledger.run("verify --json").json["events"]?.integerValue)
    #expect(size == 102)
    let again = try ledger.record(bytes: Self.payments)
    #expect(again.exit == 0)
    #expect(again.errors.contains("200 recorded; 100 were there already"))
    #expect(again.output.split(separator: "\n").count == 300)
  }

  @Test("| head -1 gets its line and nobody complains")
  func head() throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    let run = try ledger.bash("\"$quipu\" record drafts --batch 10 | head -1")
    #expect(run.exit == 0)
    #expect(run.errors.isEmpty)
    #expect(try JSONValue(parsing: run.output, as: .json)["seq"]?.integerValue == 2)
    #expect(try ledger.run("verify").exit == 0)
    let history = try ledger.bash("\"$quipu\" history A-1 | head -1")
    #expect(history.output.hasPrefix("A-1  on "))
    #expect(history.errors.isEmpty)
  }

  @Test(
    "results that find no room are exit 4 with an error, whatever the command did",
    arguments: [
      "show A-1", "history A-1", "portfolio", "replay", "verify", "schema",
      "init --ledger new", "generate --accounts 2 --people none", "record drafts",
    ])
  func fullOutput(_ command: String) throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    let run = try ledger.bash("\"$quipu\" \(command) > /dev/full")
    #expect(run.exit == 4)
    #expect(run.errors.contains("quipu: error[output_failed]"))
    #expect(run.errors.contains("errno: 28"))
    #expect(try ledger.run("verify").exit == 0)
  }

  @Test("a receipt that cannot be printed stops record after that batch")
  func fullReceipts() throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    #expect(try ledger.bash("\"$quipu\" record drafts --batch 100 > /dev/full").exit == 4)
    #expect(try ledger.run("verify --json").json["events"]?.integerValue == 102)
  }

  @Test(
    "a file that may not grow: exit 4, whole batches stay, the rest is taken back",
    arguments: [2, 40, 80])
  func limitedFile(_ limit: Int) throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    let run = try ledger.bash(
      """
      exec > >(cat); trap '' XFSZ; ulimit -f \(limit); "$quipu" record drafts --batch 50 --json
      """)
    #expect(run.exit == 4)
    #expect(try run.failure.code == "io")
    let receipts = run.output.split(separator: "\n").count
    let verified = try ledger.run("verify --json")
    #expect(verified.exit == 0)
    // What was taken before the disk was full is there, but nothing could be signed any more.
    let notices = try #require(try verified.json["notices"]?.arrayValue)
    #expect(notices.allSatisfy { $0["notice"]?.stringValue == "not_covered" })
    #expect(try verified.json["events"]?.integerValue == Int64(receipts) + 2)
    #expect(receipts.isMultiple(of: 50) && receipts < 300)
    #expect((limit == 2) == (receipts == 0))
    #expect(try ledger.record(bytes: Self.payments).exit == 0)
  }

  @Test(
    "a full disk: exit 4, what was acknowledged stays readable, and with room it goes on",
    .enabled(if: canMount, "this user may not mount a small file system"))
  func fullDisk() throws {
    let ledger = try Self.base.get().copy()
    try ledger.write(Self.payments, to: "drafts")
    let run = try ledger.bash(
      """
      unshare -rm bash -ec '
        mkdir small; mount -t tmpfs -o size=1112k tmpfs small; cp -r ledger small/L
        export QUIPU_LEDGER=small/L
        code() { "$@" && echo 0 || echo $?; }
        code "$quipu" record drafts --batch 50 > receipts
        "$quipu" verify --json > verified; code "$quipu" show A-1 > shown
        code "$quipu" record drafts --json > again
        # What the ballast gave back is taken by somebody else.
        head -c 2M /dev/zero > small/other || true
        code "$quipu" replay --json --out small/out > replayed
        ls small/out | grep tmp > left || true
        code "$quipu" init --ledger small/new --json > made
        mount -o remount,size=4m small
        code "$quipu" record drafts > completed; "$quipu" verify --json > complete
      '
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.errors.contains("quipu: error[disk_full]"))
    func ends(_ name: String) throws -> Substring? {
      try ledger.text(of: name).split(separator: "\n").last
    }
    #expect(try ends("receipts") == "4")
    let receipts = try ledger.text(of: "receipts").split(separator: "\n").count - 1
    #expect(receipts > 0 && receipts < 300 && receipts.isMultiple(of: 50))
    let verified = try JSONValue(parsing: try ledger.text(of: "verified"), as: .json)
    #expect(verified["events"]?.integerValue == Int64(receipts) + 2)
    #expect(verified["findings"] == .array([]))
    #expect(try ends("shown") == "0")
    #expect(try ends("again") == "4")
    #expect(try ends("replayed") == "4")
    #expect(try ledger.text(of: "left").isEmpty)
    #expect(try ends("made") == "4")
    #expect(try ends("completed") == "0")
    let complete = try JSONValue(parsing: try ledger.text(of: "complete"), as: .json)
    #expect(complete["events"]?.integerValue == 302)
    #expect(complete["notices"] == .array([]))
  }
}
