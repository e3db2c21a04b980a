internal import CanonicalJSON
package import Collections

/// The strategies adopted into a ledger, each read once, as known at a position.
///
/// One that cannot be read is told of in ``unreadable``, and nothing is proposed by it.
package struct AdoptedStrategies: Sendable {
  /// A strategy, and since when and from which event on it holds.
  package struct Adoption: Sendable {
    /// The event.
    package var seq: Int64
    /// The first day on which it holds.
    package var effective: CivilDate
    /// Its document.
    package var strategy: Strategy
    /// The digest of the document, in hexadecimal.
    package var document: String
  }

  /// All of them, in the order of the log.
  package private(set) var adoptions: [Adoption] = []
  /// Ids of strategies whose document is not there, or does not read; and why.
  package private(set) var unreadable: [(strategy: String, seq: Int64, reason: String)] = []
  /// The ids, in order of first adoption.
  package private(set) var ids: [String] = []

  /// The strategies known before a position. O(documents).
  package init(_ model: ReadModel, knownAt: Int64) {
    let book = model.documents
    for adoption in book.adoptions
    where adoption.type == .strategyAdopted && adoption.seq < knownAt
      && !model.accounts.isVoided(adoption.seq, knownAt: knownAt)
    {
      let id = book.text(adoption.name)
      guard let bytes = book.bytes(of: adoption) else {
        unreadable.append((id, adoption.seq, "its document is not in the log before it"))
        continue
      }
      do {
        let strategy = try Strategy(parsing: bytes.span)
        if !ids.contains(id) { ids.append(id) }
        adoptions.append(
          Adoption(
            seq: adoption.seq, effective: CivilDate(days: adoption.effective),
            strategy: strategy, document: book.text(adoption.document)))
      } catch {
        unreadable.append((id, adoption.seq, "\(error)"))
      }
    }
  }

  /// The one of an id in force on a day, of those known before a position: the latest in effect, then the
  /// last recorded.
  package func inForce(_ id: String, on date: CivilDate, before seq: Int64) -> Adoption? {
    adoptions.last { adoption in
      adoption.strategy.id == id && adoption.seq < seq && adoption.effective <= date
        && !adoptions.contains {
          $0.strategy.id == id && $0.seq < seq && $0.effective <= date
            && $0.effective > adoption.effective
        }
    }
  }
}
