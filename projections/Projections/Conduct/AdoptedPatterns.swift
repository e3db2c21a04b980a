package import Collections

/// The patterns of vulnerability adopted into a ledger, as known at a position.
///
/// They are policies of another form (`quipu-vulnerability/1`) than those about contacts; what cannot be
/// read is told of in ``unreadable``, and nothing is found by it.
package struct AdoptedPatterns: Sendable {
  /// Patterns, and since when they hold.
  package struct Adoption: Sendable {
    /// The event.
    package var seq: Int64
    /// The first day on which they hold.
    package var effective: CivilDate
    package var patterns: VulnerabilityPatterns
  }

  /// All of them, in the order of the log.
  package private(set) var adoptions: [Adoption] = []
  /// Ids of patterns whose document is not there, or does not read; and why.
  package private(set) var unreadable: [(policy: String, seq: Int64, reason: String)] = []

  /// The patterns adopted before a position; `isVoided` says whether an event counts as never recorded.
  package init(_ book: DocumentBook, knownAt: Int64, isVoided: (Int64) -> Bool) {
    for adoption in book.adoptions
    where adoption.type == .policyAdopted && adoption.seq < knownAt && !isVoided(adoption.seq) {
      guard let bytes = book.bytes(of: adoption), AdoptedAssistant.form(of: bytes) == nil else {
        continue
      }
      do {
        adoptions.append(
          Adoption(
            seq: adoption.seq, effective: CivilDate(days: adoption.effective),
            patterns: try VulnerabilityPatterns(parsing: bytes.span)))
      } catch {
        // A contact policy is a policy too, of another form.
        if error.code != .unsupportedFormat {
          unreadable.append((book.text(adoption.name), adoption.seq, "\(error)"))
        }
      }
    }
  }

  /// The patterns in force on a day: of each id those latest in effect, then recorded.
  package func inForce(on date: CivilDate) -> [VulnerabilityPatterns] {
    var found: [Adoption] = []
    for adoption in adoptions where adoption.effective <= date {
      guard let other = found.firstIndex(where: { $0.patterns.id == adoption.patterns.id }) else {
        found.append(adoption)
        continue
      }
      if found[other].effective <= adoption.effective { found[other] = adoption }
    }
    return found.map(\.patterns)
  }
}
