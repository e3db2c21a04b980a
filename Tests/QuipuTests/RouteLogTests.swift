import CanonicalJSON
import EventStore
import Ledger
import Testing

@testable import quipu

@Suite("the log as the routes serve it")
struct RouteLogTests {
  private static let ledger = Result {
    let ledger = try GeneratedPortfolio.make(accounts: 30, months: 6, seed: 3)
    let run = try ledger.run("checkpoint")
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }
  private var ledger: TemporaryLedger { get throws { try Self.ledger.get() } }

  /// The lines of a body that has one event a line.
  private func lines(_ response: HTTPResponse) -> [[UInt8]] {
    response.wholeBody.split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  private func all(_ ledger: TemporaryLedger) throws -> [[UInt8]] {
    let view = try LedgerView(opening: ledger.path)
    return try (0..<view.size).map { try view.line($0) }
  }

  @Test("events are the lines of the log, by range, type, stream and number")
  func events() throws {
    let (served, all) = (try ServedLedger(ledger), try all(ledger))
    #expect(lines(try served.ask("GET", "/v1/events")) == all)
    #expect(lines(try served.ask("GET", "/v1/events?from=10&to=20")) == Array(all[10..<20]))
    #expect(lines(try served.ask("GET", "/v1/events?from=10&limit=3")) == Array(all[10..<13]))
    #expect(lines(try served.ask("GET", "/v1/events?from=99999999")) == [])
    func isOf(_ line: [UInt8], _ part: String) -> Bool {
      String(decoding: line, as: UTF8.self).contains(part)
    }
    let paid = all.filter { isOf($0, #""type":"PaymentReceived""#) }
    #expect(lines(try served.ask("GET", "/v1/events?type=PaymentReceived")) == paid)
    #expect(
      lines(try served.ask("GET", "/v1/events?type=PaymentReceived&limit=2"))
        == Array(paid.prefix(2)))
    let own = all.filter { isOf($0, #""stream":"account/PE-0000003""#) }
    #expect(lines(try served.ask("GET", "/v1/events?stream=account/PE-0000003")) == own)
    #expect(
      lines(try served.ask("GET", "/v1/events?stream=account/PE-0000003&limit=1&from=100"))
        == Array(own.filter { all.firstIndex(of: $0) ?? 0 >= 100 }.prefix(1)))
    #expect(lines(try served.ask("GET", "/v1/events/7")) == [all[7]])
  }

  @Test("the feed goes on where a reader left it, and waits at the end")
  func feed() throws {
    let (served, all) = (try ServedLedger(ledger), try all(ledger))
    let last = all.count - 1
    let response = try served.ask("GET", "/v1/feed", headers: ["last-event-id": "\(last - 2)"])
    let text = String(decoding: response.wholeBody, as: UTF8.self)
    #expect(text.hasPrefix("retry: 2000\n\nid: \(last - 1)\nevent: "))
    #expect(text.hasSuffix("data: \(String(decoding: all[last], as: UTF8.self))\n\n"))
    guard case .stream(let stream) = try served.ask("GET", "/v1/feed").body else {
      Issue.record("the feed is no stream")
      return
    }
    guard case .bytes(let hello) = stream.next(.room), case .wait = stream.next(.room),
      case .wait = stream.next(.growth), case .bytes(let beat) = stream.next(.heartbeat)
    else {
      Issue.record("the feed does not wait")
      return
    }
    #expect(hello == Array("retry: 2000\n\n".utf8))
    #expect(beat == Array(": at \(all.count)\nid: \(last)\n\n".utf8))
  }

  @Test("a batch that the writer hands over is read by the feed, whatever came before")
  func tail() throws {
    let tail = EventTail()
    #expect(tail.lines(from: 0, upTo: 10, atMost: 100) == nil)
    let (served, all) = (try ServedLedger(ledger), try all(ledger))
    var lines = EventLines(served.service, from: 5)
    #expect(try lines.read(upTo: 9) == Array(all[5..<9]))
    #expect(try lines.read(upTo: 9) == [])
    #expect(lines.next == 9)
  }

  @Test("tiles are the files' bytes, and entries hash to them")
  func tiles() throws {
    let served = try ServedLedger(ledger)
    let note = try served.ask("GET", "/checkpoint").wholeBody
    let checkpoint = try #require(Checkpoint(parsing: note))
    #expect(note == (try ledger.bytes(of: "ledger/checkpoints/latest")))
    let size = checkpoint.size
    try #require(size > 600)
    #expect(
      try served.ask("GET", "/tile/0/000").wholeBody == ledger.bytes(of: "ledger/tile/0/000"))
    let (full, rest) = (size / 256, Int(size % 256))
    let edge = "000".dropLast("\(full)".count) + "\(full)"
    let part = try served.ask("GET", "/tile/0/\(edge).p/\(rest)").wholeBody
    #expect(part.count == 32 * rest)
    #expect(try served.problem("/tile/0/\(edge).p/\(rest + 1)").code == "no_such_tile")
    // A narrower part than any checkpoint needed, and a part of a tile that is full.
    #expect(
      try served.ask("GET", "/tile/0/\(edge).p/1").wholeBody == Array(part.prefix(32)))
    #expect(
      try served.ask("GET", "/tile/0/001.p/9").wholeBody
        == Array(ledger.bytes(of: "ledger/tile/0/001").prefix(9 * 32)))
    for (path, first, hashes) in [
      ("000", Int64(0), try served.ask("GET", "/tile/0/000").wholeBody),
      ("\(edge).p/\(rest)", full * 256, part),
    ] {
      let bundle = try served.ask("GET", "/tile/entries/\(path)").wholeBody
      let (all, entries) = (try all(ledger), try entries(bundle))
      #expect(entries == Array(all[Int(first)..<Int(first) + hashes.count / 32]))
      for (place, entry) in entries.enumerated() {
        #expect(Digest(leaf: entry.span).bytes == Array(hashes[32 * place..<32 * place + 32]))
      }
    }
  }

  /// The entries of a bundle: each after its length, two bytes, the higher first.
  private func entries(_ bundle: [UInt8]) throws -> [[UInt8]] {
    var (entries, place): ([[UInt8]], Int) = ([], 0)
    while place < bundle.count {
      let length = Int(bundle[place]) << 8 | Int(bundle[place + 1])
      try #require(place + 2 + length <= bundle.count)
      entries.append(Array(bundle[place + 2..<place + 2 + length]))
      place += 2 + length
    }
    return entries
  }

  @Test("a proof is the command's")
  func proof() throws {
    let served = try ServedLedger(ledger)
    let run = try ledger.run("proof 5")
    let proof = try served.ask("GET", "/v1/proof/5").wholeBody
    #expect(String(decoding: proof, as: UTF8.self) == run.output)
    #expect(try InclusionProof(parsing: proof).index == 5)
    #expect(try served.problem("/v1/proof/99999").code == "no_such_event")
    #expect(try served.problem("/v1/proof/5?size=3").code == "no_such_event")
  }
}
