import Foundation
import Testing

@testable import quipu

@Suite struct ServeLimitTests {
  @Test(
    "a bucket gives what it holds at once, then what comes in with time, never more than it holds")
  func bucket() {
    let limit = RateLimit(most: 10)
    func take(at now: Int64) -> Int64? { limit.take("a", perSecond: 2, atOnce: 3, now: now) }
    #expect((0..<3).map { _ in take(at: 1_000) } == [nil, nil, nil])
    #expect(take(at: 1_000) == 500)
    #expect(take(at: 1_250) == 250)
    #expect(take(at: 1_500) == nil)
    #expect(take(at: 1_500) == 500)
    #expect((0..<4).map { _ in take(at: 1_000_000) } == [nil, nil, nil, 500])
    #expect(limit.take("b", perSecond: 2, atOnce: 3, now: 1_000_000) == nil)
  }

  @Test("names without end take no memory without end, and nobody gains by it within a minute")
  func manyNames() {
    let limit = RateLimit(most: 100)
    #expect(limit.take("one", perSecond: 1, atOnce: 1, now: 0) == nil)
    for number in 0..<99 {
      #expect(limit.take("n\(number)", perSecond: 1, atOnce: 1, now: 0) == nil)
    }
    #expect(limit.take("one", perSecond: 1, atOnce: 1, now: 0) == 1_000)
  }

  @Test("connections are bounded together and from one address; this machine's own only together")
  func connections() {
    var limits = ServiceLimits()
    (limits.connections, limits.connectionsPerAddress, limits.streams) = (3, 2, 1)
    let all = Connections(limits)
    func open(_ peer: String) -> Connection? {
      guard all.mayOpen(from: peer) else { return nil }
      let connection = Connection(peer, socket: -1, seconds: 10)
      all.opened(connection)
      return connection
    }
    let first = open("192.0.2.1")
    #expect(first != nil && open("192.0.2.1") != nil)
    #expect(open("192.0.2.1") == nil, "a third from one address")
    #expect(open("127.0.0.1") != nil)
    #expect(open("127.0.0.1") == nil, "a fourth together")
    #expect(all.beginStream(), "a stream counts apart")
    #expect(open("::1") != nil)
    #expect(!all.beginStream(), "a second stream")
    all.endStream()
    if let first { all.closed(first) }
    #expect(all.counts.open == 3)
    #expect(open("192.0.2.2") == nil)
    all.close()
    #expect(all.isClosing && open("192.0.2.3") == nil)
  }

  /// A connection, and the client's end of it.
  private struct Client {
    let connection: Connection
    private let end: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      connection = Connection("::1", socket: ends[0], seconds: 10)
      end = ends[1]
    }

    /// Whether the service has broken it off.
    var isBrokenOff: Bool {
      var byte: UInt8 = 0
      return unsafe recv(end, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }
  }

  @Test("where all are taken, the one idle longest makes room; those that ask stay")
  func idleMakesRoom() throws {
    var limits = ServiceLimits()
    limits.connections = 3
    let all = Connections(limits)
    let clients = try (0..<3).map { _ in try Client() }
    for client in clients { all.opened(client.connection) }
    let now = MonotonicClock.milliseconds
    #expect(!all.mayOpen(from: "::1", now: now), "all were opened just now")
    clients[0].connection.asks(true)
    usleep(3_000)
    // What was answered begins to be idle then.
    clients[1].connection.asks(true)
    clients[1].connection.asks(false)
    let later = now + Connections.spareAfter + 1_000
    #expect(all.mayOpen(from: "::1", now: later))
    #expect(clients.map(\.isBrokenOff) == [false, false, true])
    let others = try (0..<2).map { _ in try Client() }
    for other in others { other.connection.asks(true) }
    all.opened(others[0].connection)
    #expect(all.mayOpen(from: "::1", now: later))
    #expect(clients.map(\.isBrokenOff) == [false, true, true])
    all.opened(others[1].connection)
    #expect(!all.mayOpen(from: "::1", now: later), "those that are left ask")
    // They are there until the library has seen that they are closed; nobody gets their places twice.
    #expect(all.counts.open == 5)
    for client in clients.dropFirst() { all.closed(client.connection) }
    #expect(all.counts.open == 3)
    #expect(!all.mayOpen(from: "::1", now: now + 10), "nobody is idle long enough")
    clients[0].connection.asks(false)
    #expect(all.mayOpen(from: "::1", now: later + 10_000))
    #expect(clients[0].isBrokenOff && !others.contains { $0.isBrokenOff })
  }

  @Test("bodies being received are bounded together")
  func bodies() {
    var limits = ServiceLimits()
    limits.bodyBytesTogether = 100
    let all = Connections(limits)
    #expect(all.reserve(bytes: 60))
    #expect(!all.reserve(bytes: 50))
    all.release(bytes: 60)
    #expect(all.reserve(bytes: 100))
  }

  @Test(
    "what listens is an address and a port",
    arguments: [
      ("127.0.0.1:8080", "127.0.0.1", "8080"), ("localhost:0", "127.0.0.1", "0"),
      ("[::1]:443", "::1", "443"), ("0.0.0.0:80", "0.0.0.0", "80"),
    ])
  func address(_ text: String, _ host: String, _ port: String) throws {
    let parts = try #require(ListeningSocket.parts(of: text))
    #expect(parts.host == host && parts.port == port)
  }

  @Test(
    "and nothing else",
    arguments: ["", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80", "a:-1", "a:+1"])
  func noAddress(_ text: String) { #expect(ListeningSocket.parts(of: text) == nil) }

  @Test(
    "the language a client likes best of the two",
    arguments: [
      ("es", Language.spanish), ("es-PE,es;q=0.9,en;q=0.8", .spanish), ("en,es;q=0.9", .english),
      ("fr,es;q=0.1", .spanish), ("en;q=0.5,es;q=0.51", .spanish), ("es;q=0", .english),
      ("*", .english), ("", .english), ("de", .english), ("EN;q=0.2, ES;q=0.3", .spanish),
      ("en;q=0.9,es;q=9223372036854775807", .spanish),
      ("en;q=-9223372036854775808.999,es;q=0.1", .spanish), ("es;q=99999999999999999999", .english),
    ])
  func language(_ header: String, _ expected: Language) {
    #expect(Language(accepted: header) == expected)
  }

  @Test("work aside goes on at most so many at a time, and what waits is bounded")
  func workQueue() {
    let queue = WorkQueue(atOnce: 1, waiting: 2)
    let (gate, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let begun = DispatchSemaphore(value: 0)
    #expect(
      queue.add {
        begun.signal()
        gate.wait()
        done.signal()
      })
    begun.wait()
    #expect(queue.add { done.signal() })
    #expect(queue.add { done.signal() })
    #expect(!queue.add {}, "a third that waits")
    gate.signal()
    for _ in 0..<3 { #expect(done.wait(timeout: .now() + 10) == .success) }
  }

  @Test("a stream that waits is asked again once the ledger grew, also where it grew just before")
  func streamWaits() {
    let waits = StreamWaits()
    let woken = DispatchSemaphore(value: 0)
    let growth = waits.growth
    waits.grew()
    waits.wait(since: growth) { _ in woken.signal() }
    #expect(woken.wait(timeout: .now() + 5) == .success, "growth between the look and the wait")
    waits.wait(since: waits.growth) { _ in woken.signal() }
    #expect(woken.wait(timeout: .now() + 0.2) == .timedOut)
    waits.grew()
    #expect(woken.wait(timeout: .now() + 5) == .success)
    waits.close()
    waits.wait(since: waits.growth) { _ in woken.signal() }
    #expect(woken.wait(timeout: .now() + 5) == .success, "the end")
  }
}
