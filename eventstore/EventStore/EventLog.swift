internal import CanonicalJSON
internal import Dispatch

/// The log, held by its one writer.
///
/// Everything in it is durable, except while `append` runs. Not for use by two tasks at once:
/// `GroupCommit` brings concurrent callers into line. Opening reads the last segment; where the events
/// before it are stands in the index files, so that memory does not grow with the log.
package final class EventLog {
  /// What can be chosen about a log.
  package struct Settings: Sendable {
    /// Bytes after which a segment is finished at the next batch; 16 MiB, at most 1 GiB.
    package var segmentSize: Int
    /// Path of the signing key when it is not the ledger's own `keys/signing.pem`.
    package var signingKey: String?
    /// Paths of anchors besides those that the ledger names itself.
    package var anchors: [String]
    /// Bytes of room kept for a full disk; 1 MiB, 0 for none.
    package var ballastSize: Int
    /// Bytes of zeros that are written ahead of the events at most; 1 MiB, 0 for none.
    package var reserveSize: Int
    /// Whether a ledger on a network file system may be written to, at its owner's risk.
    package var allowsNetworkDisk: Bool

    /// Settings with a segment size in bytes, 1 to 2^30, a ballast and a reserve of at most 2^30; others
    /// are the caller's mistake and trap.
    package init(
      segmentSize: Int = 16 << 20, signingKey: String? = nil, anchors: [String] = [],
      ballastSize: Int = 1 << 20, reserveSize: Int = 1 << 20, allowsNetworkDisk: Bool = false
    ) {
      precondition((1...1 << 30).contains(segmentSize))
      precondition((0...1 << 30).contains(ballastSize) && (0...1 << 30).contains(reserveSize))
      self.reserveSize = reserveSize
      self.ballastSize = ballastSize
      self.allowsNetworkDisk = allowsNetworkDisk
      self.segmentSize = segmentSize
      self.signingKey = signingKey
      self.anchors = anchors
    }
  }

  /// What the ledger is, as its first event says.
  package let identity: LedgerIdentity
  /// Things an operator should hear of: a recovered tail, a rebuilt file.
  package internal(set) var notices: [LogNotice]
  /// Why nothing is ever written again by this process, if so.
  package internal(set) var poison: LogError?
  /// Told of every batch once it is durable and readers may see it, before its receipts are given:
  /// also of those the log records of its own accord. Not of what an opening records, which is in the
  /// log before anybody can ask. Runs on the appending thread, so the next batch waits for it.
  package var onDurable: ((DurableBatch) -> Void)?

  let directory: LedgerDirectory
  let settings: Settings
  let lock: WriterLock
  /// `log/`, held open so that a new segment's name can always be made durable.
  let logDirectory: OpenFile
  var frontier: MerkleFrontier
  var lastAt: String
  var index: EventIndex
  /// The last segment, as far as it is durable.
  var tail: SegmentFile
  /// The last segment, open for writing; `nil` when the next batch begins a new one.
  var tailFile: OpenFile?
  /// Room kept for a full disk.
  var ballast: Ballast
  /// Zeros behind the last segment's end.
  var reserve: TailReserve
  /// How many notices there were when the log was open.
  var noticesOfOpening = 0
  /// Whether the clock is behind the last event, which an operator was told.
  var isClockBehind = false
  /// Which keys sign.
  package internal(set) var keys: KeyHistory
  /// The tree's edge at the last checkpoint this process made.
  var tiles: TileBuilder?
  /// Single lines, read by their places.
  let lines: SegmentLines
  /// Where batches are written while others are put together. A queue of its own kind gets a thread
  /// even where every other waits for one.
  let flights = DispatchQueue(label: "quipu.flights")
  /// Where finished segments are finished beside the log.
  let finishes = DispatchQueue(label: "quipu.finishes")
  /// Whether the next finished segment is finished there.
  var finishesBeside = false
  /// Whether `append(batches:)` waits at its end for a segment that is being finished. Whoever appends
  /// again and again need not: he calls ``settle()`` once in a while.
  package var waitsForFinishes = true
  /// The segment before the last, while it is.
  var finishing: SegmentFinish?

  init(
    _ opened: consuming OpenedLog, directory: LedgerDirectory, settings: Settings,
    lock: consuming WriterLock, logDirectory: consuming OpenFile, tailFile: consuming OpenFile?
  ) {
    self.identity = opened.identity
    self.notices = opened.notices
    self.directory = directory
    self.settings = settings
    self.lock = lock
    self.logDirectory = logDirectory
    self.frontier = opened.frontier
    self.lastAt = opened.lastAt
    self.index = opened.index
    self.ballast = Ballast(directory, size: settings.ballastSize)
    self.reserve = TailReserve(most: settings.reserveSize)
    self.keys = opened.keys
    self.tiles = nil
    self.tail = opened.tail
    self.tailFile = tailFile
    self.lines = SegmentLines(directory, ledger: opened.identity.ledger)
  }

  /// How many events the log has; the `seq` of the next one.
  package var size: Int64 { frontier.size }

  /// Head of the RFC 6962 tree over all events.
  package var root: Digest { frontier.root }

  /// Recorded time of the last event: 24 characters, as all instants here.
  package var lastRecordedAt: String { lastAt }
}

extension OpenFile {
  /// The line that begins at `offset`, without its newline; `nil` if none ends within a longest line.
  func line(at offset: Int) throws(LogError) -> [UInt8]? {
    for count in [1024, EventEnvelope.longestLine + 1] {
      var bytes = try read(count, from: offset)
      if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        bytes.removeSubrange(newline...)
        return bytes
      }
    }
    return nil
  }
}
