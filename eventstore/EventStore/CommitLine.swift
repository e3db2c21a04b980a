package import CanonicalJSON

/// Last line of every batch: a batch without it never happened.
///
///     {"commit":{"at":"…","events":512,"root":"…","size":66048}}
package struct CommitLine: Equatable, Sendable {
  /// When the batch's last event was recorded.
  package var at: String
  /// How many events the batch has, at least 1.
  package var events: Int64
  /// Head of the tree over all events so far.
  package var root: Digest
  /// How many events there are so far.
  package var size: Int64

  /// Bytes that no commit line has more of, its newline included.
  static let longest = 192

  static let opening: StaticString = "{\"commit\":"

  /// A commit of given parts, whose form nobody checks here.
  package init(at: String, events: Int64, root: Digest, size: Int64) {
    self.at = at
    self.events = events
    self.root = root
    self.size = size
  }

  /// Reads a commit line; refuses every byte that `canonicalBytes` would not write.
  package init(parsing line: Span<UInt8>) throws(JSONError) {
    let parts = try Parts(parsing: line)
    self.init(
      at: decodeCanonicalString(parts.at, in: line), events: parts.events, root: parts.root,
      size: parts.size)
  }

  /// The line, without its newline.
  package var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("commit")
    writer.beginObject()
    writer.key("at")
    writer.string(at)
    writer.key("events")
    writer.integer(events)
    writer.key("root")
    writer.string(root.base64)
    writer.key("size")
    writer.integer(size)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  /// A commit line taken apart with `at` left where it lies, for passes over many of them.
  struct Parts {
    var at: Range<Int>
    var events: Int64
    var root: Digest
    var size: Int64

    init(parsing line: Span<UInt8>) throws(JSONError) {
      var cursor = CanonicalCursor()
      try cursor.step(over: "{\"commit\":{\"at\":\"", in: line)
      at = try cursor.instant(in: line)
      try cursor.step(over: ",\"events\":", in: line)
      let eventsStart = cursor.position
      events = try cursor.count(in: line)
      guard events >= 1 else { throw JSONError(.numberOutOfRange, at: eventsStart) }
      try cursor.step(over: ",\"root\":", in: line)
      root = try cursor.digest(in: line)
      try cursor.step(over: ",\"size\":", in: line)
      let sizeStart = cursor.position
      size = try cursor.count(in: line)
      guard size >= events else { throw JSONError(.numberOutOfRange, at: sizeStart) }
      try cursor.step(over: "}}", in: line)
      guard cursor.position == line.count else {
        throw JSONError(.trailingBytes, at: cursor.position)
      }
    }
  }
}
