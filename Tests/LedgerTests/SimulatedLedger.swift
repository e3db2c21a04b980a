import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Support
import Testing

/// A ledger on a disk in memory, its clock standing still unless told.
struct SimulatedLedger {
  static let path = "/ledger"
  /// The stream of the ledger's own events.
  static let stream = "ledger/" + String(repeating: "0a", count: 16)
  static let today = CivilDate(days: 20_200)
  static let start = Instant(milliseconds: 1_745_280_000_000)

  let disk: SimulatedDisk
  let actor: Actor

  init(seed: UInt64) throws {
    disk = SimulatedDisk(seed: seed)
    actor = try #require(Actor(id: "u-1", kind: .person, role: "agent"))
    let identity = LedgerIdentity(
      ledger: String(repeating: "0a", count: 16), origin: "test.example/ledger", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    _ = try EventLog.create(
      directory: Self.path, identity: identity, at: Self.start.text, effective: Self.today.text,
      actor: actor.canonical, disk: disk)
  }

  /// A ledger of random drafts, an event a millisecond.
  static func random(seed: UInt64, drafts count: Int) throws -> SimulatedLedger {
    let ledger = try SimulatedLedger(seed: seed)
    var drafts = RandomDrafts(seed: seed)
    for part in 0..<3 {
      let intake = try ledger.open(EventLog.Settings(segmentSize: 3_000))
      for (number, line) in drafts.next(count / 3).enumerated() {
        _ = ledger.judge(line, part * count + number + 1, intake)
      }
      var clock = Int64(part) * 1_000
      let tick = {
        clock += 1
        return Instant(milliseconds: SimulatedLedger.start.milliseconds + clock)
      }
      try intake.commit(batchesOf: 1, at: tick, { _ in true })
      drafts.recorded = intake.size
    }
    return ledger
  }

  func open(_ settings: EventLog.Settings = EventLog.Settings()) throws(LogError) -> Intake {
    try Intake(
      opening: Self.path, by: actor, at: Self.start, today: Self.today, settings: settings,
      disk: disk)
  }

  func view() throws(LogError) -> LedgerView { try LedgerView(opening: Self.path, disk: disk) }

  /// Judges the draft on a line of a file.
  func judge(_ line: String, _ number: Int, _ intake: Intake) -> Judgement {
    do throws(Refusal) {
      let draft = try Draft(line: Array(line.utf8), number: number, of: "drafts")
      switch try intake.accept(draft, by: actor, today: Self.today) {
      case .new(let place): return .new(place)
      case .recorded(let receipt): return .recorded(receipt.seq)
      }
    } catch {
      return .refused(error.code, error.field, line: error.line)
    }
  }

  /// The events on the disk after the ledger's opening, which names its own key, without what chance
  /// and the clock gave them.
  func events() throws -> [String] {
    let names = try disk.list(Self.path + "/log").sorted()
    let lines = names.flatMap { name in
      (disk.contents("\(Self.path)/log/\(name)") ?? []).split(separator: 10)
    }
    let events = lines.filter { $0.starts(with: Array(#"{"actor":"#.utf8)) }
    return try events.dropFirst().map { line in
      guard case .object(let members) = try JSONValue(parsing: Array(line).span, as: .event) else {
        return ""
      }
      let said = members.filter { $0.key != "salt" && $0.key != "at" }
      return JSONValue(members: said).canonicalText
    }
  }
}

/// What became of one draft.
enum Judgement: Equatable {
  case new(Int)
  case recorded(Int64)
  case refused(String, String, line: Int)
}

/// The seed of a randomised test: `QUIPU_SEED`, or a fresh one; printed either way.
func seed(of test: String = #function) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0..<1 << 32)
  print("\(test): QUIPU_SEED=\(seed)")
  return seed
}
