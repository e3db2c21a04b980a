// What others need of the log's signature and anchors.
extension EventLog {
  /// A note of a text, signed with the log's own key. Throws `invalidKey` where it cannot sign.
  package func signed(_ text: String) throws(LogError) -> SignedNote {
    var note = SignedNote(text: text)
    let key = try signingKey()
    try note.sign(with: key)
    return note
  }

  /// The greatest size that an anchor of this log's speaks of; 0 where there is none.
  package func anchoredSize() throws(LogError) -> Int64 {
    var size: Int64 = 0
    for anchor in try directory.anchors(and: settings.anchors) {
      guard let kept = try anchor.read(), kept.origin == identity.origin else { continue }
      size = max(size, kept.size)
    }
    return size
  }
}
