import Collections
import EventStore
import Foundation
import Ledger
import Synchronization
import Testing

@testable import quipu

/// What of a link is on the disk, and when.
@Suite struct PortalLinksTests {
  private let ledger: TemporaryLedger
  private let links: PortalLinks

  init() throws {
    ledger = try TemporaryLedger()
    links = PortalLinks(ledger.path)
  }

  private func made() throws -> String {
    let now = WallClock.now()
    return try links.make(
      for: "S-1", by: "ana", at: now, until: Instant(milliseconds: now.milliseconds + 3_600_000)
    ).text
  }

  private func enter(_ link: String, as person: String) throws -> PortalLinks.Link? {
    try links.enter(link, as: [person], at: WallClock.now())
  }

  private func keep(_ link: String) {
    links.keep(link) { Issue.record("it is not kept: \($0)") }
  }

  private func file(_ link: String) throws -> String {
    let name = Digest(hashing: link).hex
    return try String(contentsOfFile: "\(ledger.path)/keys/portal/\(name).json", encoding: .utf8)
  }

  @Test("a wrong try waits for no disk, counts at once, and is on the disk later")
  func noWait() throws {
    let link = try made()
    links.writing.suspend()
    for _ in 0..<3 {
      #expect(try enter(link, as: "S-2") == nil)
      keep(link)
    }
    let before = try file(link)
    links.writing.resume()
    links.writing.sync {}
    #expect(before.contains(#""tries":0"#), "written while it was tried")
    #expect(try file(link).contains(#""tries":3"#))
    for _ in 0..<2 { #expect(try enter(link, as: "S-2") == nil) }
    #expect(try enter(link, as: "S-1") == nil, "what was written is counted on from")
  }

  @Test("tries at once: five wrong ones end a link, and one right one enters")
  func atOnce() throws {
    let (wrong, right) = (try made(), try made())
    let entered = Mutex(0)
    let (links, now) = (links, WallClock.now())
    DispatchQueue.concurrentPerform(iterations: 64) { number in
      let person = number % 2 == 0 ? "S-1" : "S-2"
      do {
        if try links.enter(wrong, as: ["S-2"], at: now) != nil { entered.withLock { $0 += 100 } }
        links.keep(wrong) { Issue.record("\($0)") }
        if try links.enter(right, as: [person], at: now) != nil { entered.withLock { $0 += 1 } }
        links.keep(right) { Issue.record("\($0)") }
      } catch { Issue.record("\(error)") }
    }
    links.writing.sync {}
    #expect(try file(wrong).contains(#""tries":5"#))
    #expect(try enter(wrong, as: "S-1") == nil)
    // Five wrong ones may come before the first right one.
    let isSpent = try !file(right).contains(#""spent":null"#)
    let isTriedOut = try file(right).contains(#""tries":5"#)
    #expect(entered.withLock { $0 } == (isSpent ? 1 : 0))
    #expect(isSpent || isTriedOut)
    #expect(try PortalLinks(ledger.path).enter(right, as: ["S-1"], at: now) == nil)
  }

  @Test("a link revoked by another process lets nobody in, whatever is remembered of it")
  func revoked() throws {
    let link = try made()
    links.writing.suspend()
    #expect(try enter(link, as: "S-2") == nil)
    keep(link)
    let name = Digest(hashing: link).hex
    let other = PortalLinks(ledger.path)
    #expect(try other.revoke(name, at: WallClock.now())?.revoked != nil)
    links.writing.resume()
    #expect(try enter(link, as: "S-1") == nil)
    #expect(try file(link).contains(#""spent":null"#) && !file(link).contains(#""revoked":null"#))
    #expect(try other.revoke(name, at: WallClock.now())?.tries == 1, "the try is not lost")
    #expect(try other.revoke(String(repeating: "0", count: 64), at: WallClock.now()) == nil)
  }

  @Test("links that were used or are over go; others stay, and are what they were")
  func sweep() throws {
    let (good, used, revoked) = (try made(), try made(), try made())
    #expect(try enter(used, as: "S-1") != nil)
    _ = try links.revoke(Digest(hashing: revoked).hex, at: WallClock.now())
    #expect(try links.sweep(at: WallClock.now()) == 1)
    #expect(
      try links.all().map(\.name) == [good, revoked].map { Digest(hashing: $0).hex }.sorted())
    #expect(try enter(used, as: "S-1") == nil)
    #expect(try enter(good, as: "S-1") != nil)
    let later = Instant(milliseconds: WallClock.now().milliseconds + 3_600_001)
    #expect(try links.sweep(at: later) == 2 && links.all().isEmpty)
  }

  @Test("a link that could not be spent on the disk lets nobody in, and is good once the disk is")
  func failure() throws {
    let link = try made()
    #expect(try enter(link, as: "S-2") == nil)
    let (folder, away) = (ledger.path + "/keys/portal", ledger.path + "/keys/away")
    try FileManager.default.moveItem(atPath: folder, toPath: away)
    try Data().write(to: URL(filePath: folder))
    #expect(throws: (any Error).self) { try enter(link, as: "S-1") }
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.moveItem(atPath: away, toPath: folder)
    #expect(try enter(link, as: "S-1")?.subject == "S-1")
    #expect(try !file(link).contains(#""spent":null"#))
    #expect(try enter(link, as: "S-1") == nil)
  }
}
