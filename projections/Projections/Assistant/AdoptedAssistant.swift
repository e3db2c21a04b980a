internal import CanonicalJSON
package import Collections

/// The assistant's documents adopted into a ledger: its texts and its classifier, as known at a position.
///
/// They are policies of other forms (`quipu-templates/1`, `quipu-intents/1`) than those about contacts; what
/// cannot be read is told of in ``unreadable``, and nothing is answered by it.
package struct AdoptedAssistant: Sendable {
  /// A document, and since when it holds.
  package struct Adoption<Document: Sendable>: Sendable {
    /// The event, and the first day on which it holds.
    package var seq: Int64
    package var effective: CivilDate
    package var document: Document
  }

  /// What a document is.
  package enum Form: CaseIterable, Sendable {
    case templates, classifier

    /// What stands in a canonical document of the form.
    fileprivate var mark: [UInt8] {
      let format =
        switch self {
        case .templates: MessageTemplates.format
        case .classifier: IntentModel.format
        }
      return Array("\"format\":\"\(format)\"".utf8)
    }
  }

  /// All of them, in the order of the log.
  package private(set) var templates: [Adoption<MessageTemplates>] = []
  package private(set) var classifiers: [Adoption<IntentModel>] = []
  /// Ids of documents that do not read; and why.
  package private(set) var unreadable: [(policy: String, seq: Int64, reason: String)] = []

  /// The documents adopted before a position; with `only` those of that form. O(their bytes).
  package init(_ model: ReadModel, knownAt: Int64, only wanted: Form? = nil) {
    let book = model.documents
    var read: [String: IntentModel] = [:]
    for adoption in book.adoptions
    where adoption.type == .policyAdopted && adoption.seq < knownAt
      && !model.accounts.isVoided(adoption.seq, knownAt: knownAt)
    {
      guard let bytes = book.bytes(of: adoption), let form = Self.form(of: bytes),
        wanted == nil || wanted == form
      else { continue }
      let effective = CivilDate(days: adoption.effective)
      do throws(DocumentError) {
        switch form {
        case .templates:
          let document = try MessageTemplates(parsing: bytes.span)
          templates.append(Adoption(seq: adoption.seq, effective: effective, document: document))
        case .classifier:
          let digest = book.text(adoption.document)
          if read[digest] == nil { read[digest] = try IntentModel(parsing: bytes.span) }
          guard let document = read[digest] else { continue }
          classifiers.append(Adoption(seq: adoption.seq, effective: effective, document: document))
        }
      } catch {
        unreadable.append((book.text(adoption.name), adoption.seq, "\(error)"))
      }
    }
  }

  /// What a canonical document is; nil for one that is none of the assistant's. O(1): its keys are sorted,
  /// and what stands before the form is short.
  package static func form(of document: [UInt8]) -> Form? {
    for start in document.indices.prefix(4_096) where document[start] == UInt8(ascii: "\"") {
      for form in Form.allCases where document[start...].starts(with: form.mark) { return form }
    }
    return nil
  }

  /// The texts in force on a day, as known before a position: those latest in effect, then recorded.
  package func templates(on date: CivilDate, before seq: Int64) -> MessageTemplates? {
    Self.inForce(templates, on: date, before: seq)
  }

  /// The classifier in force on a day, as known before a position.
  package func classifier(on date: CivilDate, before seq: Int64) -> IntentModel? {
    Self.inForce(classifiers, on: date, before: seq)
  }

  private static func inForce<Document>(
    _ adoptions: [Adoption<Document>], on date: CivilDate, before seq: Int64
  ) -> Document? {
    var found: Adoption<Document>?
    for adoption in adoptions where adoption.seq < seq && adoption.effective <= date {
      if found.map({ $0.effective <= adoption.effective }) ?? true { found = adoption }
    }
    return found?.document
  }
}
