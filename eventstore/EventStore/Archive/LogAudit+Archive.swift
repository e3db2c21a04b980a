// Archived segments are judged twice: as files, by the SHA-256 beside them, and by the lines in them.
extension LogAudit {
  /// A segment as it lies in a file of `log/`; `nil`, with a finding, for an archive whose lines cannot
  /// even be counted, or if it went meanwhile.
  mutating func segment(
    _ first: Int64, in stored: String, of directory: LedgerDirectory
  ) throws(LogError) -> SegmentFile? {
    let name = LedgerDirectory.segmentName(first)
    let isArchived = name != stored
    do {
      guard let facts = try directory.facts(name) else { return nil }
      if isArchived, let fault = try directory.archiveFault(stored) {
        find(fault.isMissing ? .missing : .mutated, in: stored, fault.detail)
      } else if !isArchived, try directory.storedFacts(LedgerDirectory.archiveName(of: name)) != nil
      {
        result.notices.append(
          LogNotice(
            .stale, LedgerDirectory.archiveName(of: name),
            "the plain segment is there too and counts; archive again"))
      }
      return SegmentFile(first: first, size: facts.size, isArchived: isArchived)
    } catch {
      guard isArchived, error.code == .damaged else { throw error }
      find(.mutated, in: stored, byte: error.byte, error.detail)
      return nil
    }
  }

  /// Does what reads a segment; a frame of an archive that does not inflate becomes a finding.
  mutating func takingArchiveFaults(
    of segment: SegmentFile, _ read: (inout LogAudit) throws(LogError) -> Void
  ) throws(LogError) {
    do {
      try read(&self)
    } catch {
      guard segment.isArchived, error.code == .damaged else { throw error }
      find(.mutated, in: segment.storedName, byte: error.byte, error.detail)
      isDamaged = true
    }
  }
}
