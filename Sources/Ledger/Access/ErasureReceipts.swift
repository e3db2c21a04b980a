internal import CanonicalJSON
internal import EventStore
internal import Vault

/// The receipts of erasures: signed notes in `vault/receipts/`, checked like a checkpoint.
///
///     quipu erasure receipt
///     {"actor":"ana","approver":"luis","at":"…","keys":["f3bf…"],"ledger":"…","log":{…},"subjects":["S-1"]}
///
///     — books iJFFqXk5…
struct ErasureReceipts {
  static let folderName = "vault/receipts"
  private static let heading = "quipu erasure receipt"

  private let folder: LedgerDirectory

  init(_ directory: String, on disk: any Disk) { folder = LedgerDirectory(directory, on: disk) }

  /// The idempotency key of the n-th erasure's event, by which an opening finds it.
  static func key(_ number: Int64) -> String { "erasure:\(number)" }

  private static func name(_ number: Int64) -> String {
    "\(folderName)/erasure-\(number).receipt"
  }

  /// Signs and writes a receipt of the erasures from a number on; it is on the disk when this returns.
  func write(
    _ body: JSONValue, number: Int64, signedBy log: EventLog
  ) throws(LogError) -> (name: String, digest: Digest) {
    let note = try log.signed(Self.heading + "\n" + body.canonicalText + "\n")
    if try folder.facts(Self.folderName) == nil {
      try folder.makeDirectory(Self.folderName, mode: 0o700)
      try folder.syncDirectory("vault")
    }
    let name = Self.name(number)
    try folder.replace(name, with: note.bytes, mode: 0o600)
    try folder.syncDirectory(Self.folderName)
    return (name, Digest(hashing: note.bytes.span))
  }

  /// Whether a receipt is there whose digest the events from a number on name.
  func isThere(_ number: Int64, digest: String) throws(LogError) -> Bool {
    guard try folder.facts(Self.name(number)) != nil else { return false }
    let bytes = try folder.read(Self.name(number))
    return Digest(hashing: bytes.span).hex == digest
  }

  /// Every receipt that is kept, by file name.
  func all() throws(LogError) -> [(name: String, bytes: [UInt8])] {
    guard try folder.facts(Self.folderName) != nil else { return [] }
    var receipts: [(name: String, bytes: [UInt8])] = []
    for file in try folder.list(Self.folderName).sorted() where file.hasSuffix(".receipt") {
      receipts.append((file, try folder.read("\(Self.folderName)/\(file)")))
    }
    return receipts
  }

  /// Takes away receipts of erasures that never came to be: numbers from `count` on.
  func settle(erasures count: Int64) throws(LogError) {
    guard try folder.facts(Self.folderName) != nil else { return }
    var removed = false
    for file in try folder.list(Self.folderName) {
      let number = file.hasPrefix("erasure-") ? file.dropFirst(8).prefix { $0 != "." } : ""
      guard let number = Int64(number), number >= count || file.hasSuffix(".unfinished") else {
        continue
      }
      try folder.remove("\(Self.folderName)/\(file)")
      removed = true
    }
    if removed { try folder.syncDirectory(Self.folderName) }
  }
}

extension Intake {
  /// Does in the vault what the log says of erasures and the vault has not done yet: those a power cut
  /// left, and those that came after a vault that was restored.
  ///
  /// Throws `behindAnchor` for a vault that is older than the log's erasures, unless an anchor at or after
  /// the last of them shows that the log is whole; and for one that is younger than the log.
  func settleErasures(in vault: SubjectVault) throws(LogError) {
    let done = try vault.erasures
    var open: [SubjectVault.Erased] = []
    var digest = ""
    while let seq = try log.find(key: ErasureReceipts.key(done + Int64(open.count))) {
      let event = try StatedEvent.read(seq, from: log).event
      let data = try? JSONValue(parsing: event.data.span, as: .event)
      if open.isEmpty { digest = data?["receipt"]?.stringValue ?? "" }
      open.append(
        SubjectVault.Erased(subject: String(event.stream.dropFirst("subject/".count)), seq: seq))
    }
    let receipts = ErasureReceipts(directory, on: disk)
    if let last = open.last {
      // The receipt is on the disk before the event is: a vault without it is of another time.
      if try !receipts.isThere(done, digest: digest), try log.anchoredSize() <= last.seq {
        throw LogError(
          .behindAnchor,
          "the vault is older than the log's last erasure, event \(last.seq), and no anchor at or "
            + "after it shows that the log is whole: name one with $QUIPU_ANCHOR", file: "vault")
      }
      try vault.erase(open, erasures: done + Int64(open.count))
    } else if done > 0, try log.find(key: ErasureReceipts.key(done - 1)) == nil {
      throw LogError(
        .behindAnchor,
        "the vault did \(done) erasures and the log knows fewer: it was cut, or restored from an "
          + "older backup", file: "vault")
    } else {
      try vault.settle()
    }
    try receipts.settle(erasures: try vault.erasures)
  }
}
