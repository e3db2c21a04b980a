internal import CanonicalJSON
package import Collections

/// The contact policies adopted into a ledger, each read once, as known at a position.
///
/// A document that is no contact policy (another format) is passed over; one that cannot be read is
/// told of in ``unreadable``, and nothing is judged by it.
package struct AdoptedPolicies: Sendable {
  /// A policy, and since when and from which event on it holds.
  package struct Adoption: Sendable {
    /// The event.
    package var seq: Int64
    /// The first local day on which it holds.
    package var effective: CivilDate
    /// Its document.
    package var policy: ContactPolicy
    /// The digest of the document, in hexadecimal.
    package var document: String
  }

  /// All of them, in the order of the log.
  package private(set) var adoptions: [Adoption] = []
  /// Ids of policies whose document is not there, or does not read; and why.
  package private(set) var unreadable: [(policy: String, seq: Int64, reason: String)] = []
  /// The ids, in order of first adoption.
  package private(set) var ids: [String] = []

  /// The policies known before a position. O(documents).
  package init(_ model: ReadModel, knownAt: Int64) {
    let book = model.documents
    var read: [String: ContactPolicy] = [:]
    for adoption in book.adoptions
    where adoption.type == .policyAdopted && adoption.seq < knownAt
      && !model.accounts.isVoided(adoption.seq, knownAt: knownAt)
    {
      let id = book.text(adoption.name)
      let document = book.text(adoption.document)
      if read[document] == nil {
        guard let bytes = book.bytes(of: adoption) else {
          unreadable.append((id, adoption.seq, "its document is not in the log before it"))
          continue
        }
        guard AdoptedAssistant.form(of: bytes) == nil else { continue }
        do {
          read[document] = try ContactPolicy(parsing: bytes.span)
        } catch {
          // A retention schedule, say, is a policy too, of another form.
          if error.code != .unsupportedFormat {
            unreadable.append((id, adoption.seq, "\(error)"))
          }
          continue
        }
      }
      guard let policy = read[document] else { continue }
      if !ids.contains(id) { ids.append(id) }
      adoptions.append(
        Adoption(
          seq: adoption.seq, effective: CivilDate(days: adoption.effective), policy: policy,
          document: document))
    }
  }

  /// The places in ``adoptions`` of the policies in force for a contact: of each id the one latest in
  /// effect, then recorded, among those recorded before the contact and in effect on its day.
  package func inForce(on date: CivilDate, before seq: Int64) -> [Int] {
    var found: [Int] = []
    for place in adoptions.indices
    where adoptions[place].seq < seq && adoptions[place].effective <= date {
      let other = found.firstIndex {
        adoptions[$0].policy.id == adoptions[place].policy.id
      }
      guard let other else {
        found.append(place)
        continue
      }
      if adoptions[found[other]].effective <= adoptions[place].effective { found[other] = place }
    }
    return found
  }
}
