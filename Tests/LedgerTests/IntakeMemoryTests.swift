import Collections
import EventStore
import Ledger
import Projections
import Support
import Testing

/// What a service knows in memory does what the log does: drafts are judged by it, and what was derived is
/// kept as long as it holds.
@Suite("Intake: out of memory")
struct IntakeMemoryTests {
  /// The books of a service, as large as the log.
  private final class Books {
    var model = ReadModel()
    var brought: Set<String> = []

    init(_ ledger: SimulatedLedger) throws { try grow(to: try ledger.view()) }

    func grow(to view: LedgerView) throws {
      try view.advance(&model, to: view.size)
    }

    func bring(_ stream: String?, _ size: Int64, _ book: inout AccountBook) -> Bool {
      guard model.size == size else { return false }
      if let stream {
        brought.insert(stream)
        book.take(stream, from: model.accounts)
      } else {
        book.takeVoids(from: model.accounts)
      }
      return true
    }
  }

  @Test("drafts are judged out of memory as they are by the log")
  func sameJudgements() throws {
    let base = seed()
    var codes: Set<String> = []
    var taken = 0
    for seed in base..<base + 12 {
      var drafts = RandomDrafts(seed: seed)
      let remembering = try SimulatedLedger(seed: seed)
      let reading = try SimulatedLedger(seed: seed ^ 0xFFFF)
      let books = try Books(remembering)
      for part in 0..<14 {
        let lines = drafts.next(8)
        let intake = try remembering.open()
        intake.bring = books.bring
        let plain = try reading.open()
        for (number, line) in lines.enumerated() {
          let judged = remembering.judge(line, number + 1, intake)
          let expected = reading.judge(line, number + 1, plain)
          #expect(judged == expected, "seed \(seed), part \(part): \(line)")
          if case .refused(let code, _, _) = expected { codes.insert(code) }
        }
        try intake.commit(at: { SimulatedLedger.start }, { _ in true })
        try plain.commit(at: { SimulatedLedger.start }, { _ in true })
        try #require(try remembering.events() == (try reading.events()), "seed \(seed)")
        try books.grow(to: try remembering.view())
        drafts.recorded = books.model.size
      }
      taken += books.brought.count
    }
    #expect(codes.count > 15, "only \(codes.sorted())")
    #expect(taken > 12 * 3, "hardly anything was brought")
  }

  @Test("a stream taken over from another book tells of its account what that one tells")
  func taken() throws {
    let base = seed()
    var compared = 0
    for seed in base..<base + 8 {
      let view = try SimulatedLedger.random(seed: seed, drafts: 120).view()
      var model = ReadModel()
      try view.advance(&model, to: view.size)
      for account in ["A-1", "A-2", "A-3", "A-4"] {
        guard let number = model.accounts.accounts.find(account) else { continue }
        var book = AccountBook()
        book.takeVoids(from: model.accounts)
        for subject in model.accounts.subjects(of: number) {
          book.take("subject/\(subject)", from: model.accounts)
        }
        book.take("account/\(account)", from: model.accounts)
        for day in 10...30 {
          let day = try #require(CivilDate("2025-04-\(day)"))
          let alone = try AccountReport(account, of: book, on: day, knownAt: view.size)
          let among = try AccountReport(account, of: model.accounts, on: day, knownAt: view.size)
          #expect(
            alone?.canonicalBytes == among?.canonicalBytes, "seed \(seed), \(account), \(day.text)")
          if alone != nil { compared += 1 }
        }
      }
    }
    #expect(compared > 200)
  }

  @Test("the names on an account are found as by going through its events, voids and all")
  func names() throws {
    let base = seed()
    var (found, voided) = (0, 0)
    for seed in base..<base + 12 {
      let view = try SimulatedLedger.random(seed: seed, drafts: 120).view()
      var model = ReadModel()
      var names: [Int: AccountNames] = [:]
      for size in 1...view.size {
        try view.advance(&model, to: size)
        for number in 0..<model.accounts.accounts.count {
          var known = names[number] ?? AccountNames(of: number)
          let asked: [(AccountEntry.Kind, String)] =
            (1...6).flatMap { [(.payment, "p-\($0)"), (.reversed, "p-\($0)")] }
            + (1...3).flatMap { [(.promiseMade, "pr-\($0)"), (.planAgreed, "pl-\($0)")] }
          for (kind, id) in asked {
            let expected = model.accounts.entry(kind, named: id, of: number)?.seq
            #expect(known.position(kind, named: id, in: model.accounts) == expected)
            if expected != nil { found += 1 }
          }
          names[number] = known
        }
      }
      voided += model.accounts.voided(since: 0).count
    }
    #expect(found > 500 && voided > 2, "\(found) found, \(voided) voided")
  }

  @Test("an account is as it was, on every day, until the size at which it is said to have changed")
  func lastChange() throws {
    let base = seed()
    var (same, changed) = (0, 0)
    for seed in base..<base + 6 {
      let view = try SimulatedLedger.random(seed: seed, drafts: 90).view()
      var model = ReadModel()
      var last: [String: (change: Int64, told: [[UInt8]])] = [:]
      for size in 1...view.size {
        try view.advance(&model, to: size)
        for account in ["A-1", "A-2", "A-3", "A-4"] {
          guard let number = model.accounts.accounts.find(account) else { continue }
          let change = model.accounts.lastChange(of: number)
          #expect(change <= size)
          let told = try (10...24).map { day in
            let day = try #require(CivilDate("2025-04-\(day)"))
            // Not the size itself, which is told and grows.
            let report = try AccountReport(account, of: model.accounts, on: day, knownAt: size)
            guard let (bytes, digits) = report?.written else { return [UInt8]() }
            return Array(bytes[..<digits.lowerBound] + bytes[digits.upperBound...])
          }
          if let before = last[account], before.change == change {
            #expect(before.told == told, "seed \(seed), \(account) at \(size)")
            same += 1
          } else {
            changed += 1
          }
          last[account] = (change, told)
        }
      }
    }
    #expect(same > 100 && changed > 100, "\(same) same, \(changed) changed")
  }
}
