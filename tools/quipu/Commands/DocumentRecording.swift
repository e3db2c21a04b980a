internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// Puts a document into the log: its parts and the event that gives it force, in one batch, under the name
/// of who may and of a second person.
///
/// Policies, models and strategies all come into a ledger this way.
struct DocumentRecording {
  /// What came of it.
  struct Recorded {
    /// The digest of the document, in hexadecimal.
    var document: String
    /// The event that gave it force; the one of long ago where all of it was there already.
    var seq: Int64
  }

  /// Today in the ledger's zone.
  let today: CivilDate
  /// The second person; nil where one alone may.
  let approver: String?
  private let invocation: Invocation
  private let intake: Intake
  private let actor: Actor

  /// The most bytes a part's text takes in a line, escapes counted.
  private static let longestPart = 56_000

  /// Opens the ledger for writing, once `--as` and `--approve-as` show two persons who may; `alone` where no
  /// second one is needed: to take force from a document, say.
  ///
  /// Throws ``Failure``: refused for who may not, or has no second person; in use; I/O.
  init(_ invocation: Invocation, byOneAlone alone: Bool = false) throws {
    let (grant, second) = (try invocation.grant(), try invocation.approver())
    do {
      try grant.require(.adoptPolicy)
      if !alone { try grant.requireApproval(by: second) }
    } catch {
      throw Failure(access: error)
    }
    guard let actor = grant.actor else {
      preconditionFailure("a grant that permits something has a name")
    }
    self.invocation = invocation
    self.actor = actor
    approver = alone ? nil : second?.name
    (intake, today) = try invocation.openIntake(by: actor)
    intake.approval = second
  }

  /// Records a document's parts on the stream of the event that `force` makes of its digest, and the event.
  ///
  /// Recorded once, it is recorded for ever: the same again gives the first receipt.
  func record(_ text: String, _ force: (_ digest: String) -> OwnDraft) throws -> Recorded {
    let bytes = Array(text.utf8)
    let digest = Digest(hashing: bytes.span).hex
    let event = force(digest)
    let parts = Self.parts(of: text)
    var drafts = parts.enumerated().map { place, part in
      OwnDraft(
        .documentPart, event.stream, key: "document:\(digest):\(place + 1)",
        [
          "part": .integer(Int64(place + 1)), "parts": .integer(Int64(parts.count)),
          "sha256": .string(digest), "text": .string(part),
        ])
    }
    drafts.append(event)
    let receipt = try commit(drafts)
    return Recorded(document: digest, seq: receipt?.seq ?? -1)
  }

  /// Records an event that needs no document; gives its position.
  func record(_ event: OwnDraft) throws -> Int64 { try commit([event])?.seq ?? -1 }

  private func commit(_ drafts: [OwnDraft]) throws -> Receipt? {
    do {
      var last: Receipt?
      for own in drafts {
        let draft = try Draft(own.json, line: 0) { _ in own.key }
        if case .recorded(let receipt) = try intake.accept(draft, by: actor, today: today) {
          last = receipt
        } else {
          last = nil
        }
      }
      var receipts: [Receipt] = []
      try intake.commit(batchesOf: 4_096, at: WallClock.now) { batch in
        receipts.append(contentsOf: batch)
        return true
      }
      invocation.report(intake.close())
      return last ?? receipts.last
    } catch let refusal as Refusal {
      throw Failure(refusal)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  /// A text in parts, each short enough for a line, cut between characters.
  static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var length = 0
    for character in text.unicodeScalars {
      let width = character == "\"" || character == "\\" ? 2 : String(character).utf8.count
      if length + width > longestPart {
        parts.append(part)
        part = ""
        length = 0
      }
      part.unicodeScalars.append(character)
      length += width
    }
    parts.append(part)
    return parts
  }
}

extension Failure {
  /// A version that is in the ledger with another text: an auditor tells documents by it.
  static func versionTaken(_ name: String, _ version: Int64, next: Int64) -> Failure {
    Failure(
      .refused, "version_taken",
      Text(
        "version \(version) of \(name) was adopted with another text",
        "la versión \(version) de \(name) se adoptó con otro texto"),
      [
        Detail("field", "$.version"), Detail("value", version), Detail("expected", next),
      ])
  }
}
