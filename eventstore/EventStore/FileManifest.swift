/// Files with their SHA-256, in the form that `sha256sum -c` reads:
///
///     2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  log/000000000000.jsonl
struct FileManifest: Equatable {
  static let name = "SHA256SUMS"

  /// By names relative to the manifest's folder.
  private(set) var digests: [String: Digest] = [:]

  /// Names in order: those of the log first, for nothing else is worth anything without them.
  var names: [String] {
    digests.keys.sorted { left, right in
      let (first, second) = (Self.isSegment(left), Self.isSegment(right))
      return first == second ? left < right : first
    }
  }

  /// The last segment, which is the one that may still grow.
  var lastSegment: String? { digests.keys.filter(Self.isSegment).max() }

  static func isSegment(_ name: String) -> Bool { name.hasPrefix(LedgerDirectory.logName + "/") }

  init() {}

  /// Reads `bytes` back; `nil` for what they could not be, or a name that leads out of the folder.
  init?(parsing bytes: [UInt8]) {
    guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      let name = String(decoding: line.dropFirst(66), as: UTF8.self)
      guard line.count > 66, line.dropFirst(64).starts(with: "  ".utf8),
        let digest = Digest(hex: line.prefix(64)), Self.isPlain(name), digests[name] == nil
      else { return nil }
      digests[name] = digest
    }
  }

  /// The manifest's lines.
  var bytes: [UInt8] {
    names.flatMap { name in
      Array("\(digests[name]?.hex ?? "")  \(name)\n".utf8)
    }
  }

  /// Adds a file. Throws `invalid` for a name that its line could not hold.
  mutating func add(_ name: String, _ digest: Digest) throws(LogError) {
    guard Self.isPlain(name) else {
      throw LogError(.invalid, "a file of that name cannot be backed up", file: name)
    }
    digests[name] = digest
  }

  /// Whether a name is one of ours: relative, inside, without the bytes that need escaping.
  private static func isPlain(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "%") }
  }
}

extension Digest {
  /// From 64 lower-case hexadecimal digits; `nil` for anything else.
  init?(hex: some Collection<UInt8>) {
    guard hex.count == 64 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in hex {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let upper = high {
        bytes.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    guard let digest = Digest(bytes: bytes) else { return nil }
    self = digest
  }
}
