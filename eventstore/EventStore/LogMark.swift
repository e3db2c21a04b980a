/// What tells at little cost whether a log may have grown: two equal marks, and there is nothing new to
/// read.
///
/// It looks at the names and sizes of the segments and at what a writer publishes, and reads no event. To be taken
/// before the log is opened, so that what comes in between is seen the next time.
package struct LogMark: Equatable, Sendable {
  private var published: DurableSize?
  private var segments: Int
  private var last: Int64
  private var bytes: Int

  /// Looks at a ledger's log.
  ///
  /// Throws `notALedger`, `inUse` when a writer takes more than two seconds to open, `damaged`, `io`.
  package init(of path: String, disk: any Disk = SystemDisk()) throws(LogError) {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    switch try WriterPresence.probe(directory) {
    case .absent: published = nil
    case .present(let size): published = size
    }
    let found = try directory.segments()
    segments = found.count
    last = found.last?.first ?? 0
    bytes = found.last?.size ?? 0
  }
}
