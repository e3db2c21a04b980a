import EventStore
import Foundation
import Testing

/// Whether the `openssl` command, which a bare machine lacks, is on PATH.
private let hasOpenSSL = (ProcessInfo.processInfo.environment["PATH"] ?? "")
  .split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }

/// The store on this machine's own disk: what the simulated one cannot show.
@Suite struct RealDiskTests {
  @Test func createAppendReadReopen() throws {
    let place = try TemporaryPlace()
    var log: EventLog? = try EventLog.create(
      directory: place.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor)
    let receipts = try log?.append(
      (0..<3).map { Sample.event("a-\($0)", on: "account/A-1") }, at: Sample.instant(1))
    #expect(receipts?.map(\.seq) == [1, 2, 3])
    #expect(throws: LogError(.inUse, "")) { try place.open() }
    let root = log?.root
    log = nil

    var seen: [String] = []
    let reader = try LogReader.open(directory: place.ledger)
    #expect(reader.size == 4)
    #expect(reader.notices == [])
    try reader.forEach { event, line in seen.append(text(of: event.key, in: line)) }
    #expect(seen == ["ledger-opened", "a-0", "a-1", "a-2"])

    let again = try place.open()
    #expect(again.root == root)
    #expect(again.size == 4)
    #expect(try again.find(key: "a-1") == 2)
    #expect(try again.find(key: "a-9") == nil)
    #expect(try again.nextPosition(of: "account/A-1") == 3)
    #expect(throws: LogError(.keyConflict, "")) {
      try again.append([Sample.event("a-1", on: "account/A-2")], at: Sample.instant(2))
    }
  }

  /// The hold of a process that is killed goes with it, whatever it was doing.
  @Test func theLockDiesWithItsProcess() throws {
    let place = try TemporaryPlace()
    _ = try EventLog.create(
      directory: place.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor)
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The child that waits does not inherit the hold; it ends with its input.
    holder.arguments = ["flock", "-o", place.ledger + "/lock", "-c", "echo held; exec cat"]
    let (input, output) = (Pipe(), Pipe())
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(output.fileHandleForReading.readData(ofLength: 5) == Data("held\n".utf8))
    let error = #expect(throws: LogError.self) { try place.open() }
    #expect(error?.code == .inUse)
    #expect(error?.file == "lock")
    #expect(try LogReader.open(directory: place.ledger).size == 1)

    kill(holder.processIdentifier, SIGKILL)
    let log = try place.open()
    #expect(log.size == 1)
    // Foundation waits for the child too.
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
  }

  @Test func aFinishedSegmentIsReadOnly() throws {
    let place = try TemporaryPlace()
    let log = try EventLog.create(
      directory: place.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: EventLog.Settings(segmentSize: 1))
    try log.append([Sample.event("a", on: "account/A-1")], at: Sample.instant(1))
    for (name, mode) in [("000000000000", 0o444), ("000000000001", 0o644)] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(place.ledger)/log/\(name).jsonl")
      #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
    }
  }

  @Test func signingKeyIsPrivateAndNamed() throws {
    let place = try TemporaryPlace()
    let log = try EventLog.create(
      directory: place.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor)
    let key = place.ledger + "/keys/signing.pem"
    let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let words = try #require(log.identity.keys.first).split(separator: "+", maxSplits: 2)
    let typed = try #require(Data(base64Encoded: String(words[2])))
    #expect(words[0] == "test.example/ledger")
    #expect(typed.first == 1 && typed.count == 33)
    let named = Array("test.example/ledger\n".utf8) + typed
    #expect(words[1] == Digest(hashing: named.span).hex.prefix(8))
  }

  @Test(.enabled(if: hasOpenSSL, "there is no openssl command"))
  func signingKeyIsReadableByOpenSSL() throws {
    let place = try TemporaryPlace()
    let log = try EventLog.create(
      directory: place.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor)
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let key = place.ledger + "/keys/signing.pem"
    openssl.arguments = ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"]
    let output = Pipe()
    openssl.standardOutput = output
    try openssl.run()
    let der = output.fileHandleForReading.readDataToEndOfFile()
    openssl.waitUntilExit()
    #expect(openssl.terminationStatus == 0)
    let words = try #require(log.identity.keys.first).split(separator: "+", maxSplits: 2)
    let typed = try #require(Data(base64Encoded: String(words[2])))
    #expect(typed.dropFirst() == der.suffix(32))
  }
}

/// A directory of its own for one test, removed with it.
final class TemporaryPlace {
  let path: String
  var ledger: String { path + "/ledger" }

  init() throws {
    path = NSTemporaryDirectory() + "quipu-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func open() throws -> EventLog {
    try EventLog.open(
      directory: ledger, at: Sample.instant(9), effective: "2026-01-02", actor: Sample.actor)
  }
}
