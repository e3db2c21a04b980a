internal import Collections
internal import EventStore
internal import Projections
internal import Synchronization

/// The documents that messages are answered by, read once and kept until another is adopted or one is voided:
/// reading a classifier takes longer than answering by it.
final class AdoptedShelf: Sendable {
  private struct Kept {
    let adoptions: Int
    let voids: Int
    let documents: AssistantDesk.Documents
  }

  private let kept = Mutex<Kept?>(nil)

  /// The documents at a model's size, which only grows. O(1), but after an adoption or a void: O(their
  /// bytes).
  func documents(of model: borrowing ReadModel) -> AssistantDesk.Documents {
    let (adoptions, voids) = (model.documents.adoptions.count, model.accounts.voids.count)
    let found = kept.withLock { kept in
      kept?.adoptions == adoptions && kept?.voids == voids ? kept?.documents : nil
    }
    if let found { return found }
    let documents = AssistantDesk.Documents(copy model, knownAt: model.size)
    kept.withLock { kept in
      kept = Kept(adoptions: adoptions, voids: voids, documents: documents)
    }
    return documents
  }
}
