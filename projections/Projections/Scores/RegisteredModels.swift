internal import CanonicalJSON
package import Collections
internal import EventStore

/// The scoring models registered in a ledger, each document read once, as known at a position.
///
/// A document that cannot be read is told of by its entry's ``Entry/reason``, and nothing is scored by it.
package struct RegisteredModels: Sendable {
  /// A version of a model.
  package struct Entry: Sendable {
    /// `ModelRegistered`.
    package var seq: Int64
    /// What it is called, and its version.
    package var name: String
    package var version: Int64
    /// The digest of its document, in hexadecimal.
    package var document: String
    /// The first day on which it may be used.
    package var effective: CivilDate
    /// The first `ModelRetired` after it that means it; nil while it is in use.
    package var retired: Int64?
    /// The model; nil where its document does not read.
    package var model: ScoringModel?
    /// Why it does not; empty where it does.
    package var reason = ""
    /// The event that voided the registration.
    var voided: Int64?
    /// Whether there is no document at all, rather than one that is another, or says nothing sensible.
    package var isDocumentMissing = false
  }

  /// All of them, in the order of the log.
  package private(set) var entries: [Entry] = []
  /// Those too whose registration was voided, for what was scored before it was.
  private var all: [Entry] = []

  /// The models known before a position. O(documents).
  package init(_ model: ReadModel, knownAt: Int64) {
    let book = model.documents
    func stands(_ adoption: DocumentBook.Adoption) -> Bool {
      adoption.seq < knownAt && !model.accounts.isVoided(adoption.seq, knownAt: knownAt)
    }
    let retirements = book.adoptions.filter { $0.type == .modelRetired && stands($0) }
    var read: [String: (model: ScoringModel?, reason: String)] = [:]
    for adoption in book.adoptions
    where adoption.type == .modelRegistered && adoption.seq < knownAt {
      let document = book.text(adoption.document)
      let name = book.text(adoption.name)
      let found = read[document] ?? Self.read(adoption, in: book)
      read[document] = found
      var entry = Entry(
        seq: adoption.seq, name: name, version: adoption.version, document: document,
        effective: CivilDate(days: adoption.effective))
      entry.retired =
        retirements.first { retired in
          retired.seq > adoption.seq && book.text(retired.name) == name
            && (retired.version == 0 || retired.version == adoption.version)
        }?.seq
      (entry.model, entry.reason) = found
      entry.isDocumentMissing = found.model == nil && found.reason == Self.missing
      if let model = found.model, model.id != name || model.version != adoption.version {
        entry.model = nil
        entry.reason = "its document is of \(model.id) \(model.version)"
      }
      entry.voided = model.accounts.voids[adoption.seq].flatMap { $0 < knownAt ? $0 : nil }
      all.append(entry)
    }
    entries = all.filter { $0.voided == nil }
  }

  private static let missing = "its document is not in the log before it"

  private static func read(
    _ adoption: DocumentBook.Adoption, in book: DocumentBook
  ) -> (model: ScoringModel?, reason: String) {
    guard let bytes = book.bytes(of: adoption) else {
      return (nil, missing)
    }
    guard Digest(hashing: bytes.span).hex == book.text(adoption.document) else {
      return (nil, "its document is another than the digest says")
    }
    do {
      return (try ScoringModel(parsing: bytes.span), "")
    } catch {
      return (nil, "\(error)")
    }
  }

  /// The version of a model that was registered last before a position, retired or not: the one named, or
  /// the highest in use.
  package func entry(
    _ name: String, version: Int64?, knownAt: Int64 = .max
  ) -> Entry? {
    let own = all.filter { $0.name == name && $0.seq < knownAt && $0.voided ?? .max >= knownAt }
    if let version { return own.last { $0.version == version } }
    let inUse = own.filter { ($0.retired ?? .max) >= knownAt || $0.retired == nil }
    return inUse.max { ($0.version, $0.seq) < ($1.version, $1.seq) }
  }

  /// The names, each once, sorted.
  package var names: [String] { Set(entries.map(\.name)).sorted() }
}
