/// An open file that several hold, and that closes when the last of them lets go.
final class SharedFile {
  let file: OpenFile

  init(_ file: consuming OpenFile) { self.file = file }

  /// Whether its bytes are inflated while they are read.
  var isArchive: Bool { file.frames != nil }
}
