/// A text and the signatures under it, as C2SP signed-note lays them out:
///
///     books                                            ┐
///     3                                                │ text: what is signed, its last newline too
///     ReK9GTksM5m+Xp7zd1NlnT1tiDwIMUvAH24+7+S+Oj4=      ┘
///                                                        an empty line
///     — books iJFFqXk5…                                  em dash, who, base64(key id ‖ signature)
package struct SignedNote: Equatable, Sendable {
  /// One signature line.
  package struct Signature: Equatable, Sendable {
    /// Who signed, as the line says.
    package var name: String
    /// Which of that name's keys.
    package var keyID: UInt32
    /// What follows the key id; its form is the key's business.
    package var bytes: [UInt8]

    /// The line, without its newline.
    package var line: String {
      let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
      return "\(Self.dash)\(name) \(String(decoding: Base64.encode(id + bytes), as: UTF8.self))"
    }

    fileprivate static let dash = "\u{2014} "

    /// Reads a line without its newline; `nil` if it is no signature line.
    package init?(line: Substring) {
      guard line.hasPrefix(Self.dash) else { return nil }
      let words = line.dropFirst(Self.dash.count).split(
        separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, VerifierKey.isName(String(words[0])),
        let decoded = Base64.decode(Array(words[1].utf8).span), decoded.count > 4
      else { return nil }
      name = String(words[0])
      keyID = decoded.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
      bytes = Array(decoded.dropFirst(4))
    }

    init(by key: VerifierKey, _ bytes: [UInt8]) {
      name = key.name
      keyID = key.id
      self.bytes = bytes
    }
  }

  /// What is signed: lines, each ended by a newline.
  package let text: String
  package private(set) var signatures: [Signature]

  /// A note of a text that nobody has signed yet.
  init(text: String) {
    self.text = text
    signatures = []
  }

  /// The longest note read: C2SP asks for a bound, and a checkpoint has some hundred bytes.
  static let longest = 1 << 16

  /// Reads a note; `nil` for bytes that are none. A note has at least one signature line.
  package init?(parsing bytes: [UInt8]) {
    guard bytes.count <= Self.longest, let whole = String(validating: bytes, as: UTF8.self),
      whole.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" }), whole.hasSuffix("\n")
    else { return nil }
    // The last empty line parts text and signatures, for a text may have empty lines of its own.
    let lines = whole.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    guard let gap = lines.lastIndex(of: ""), gap > 0, gap + 1 < lines.count else { return nil }
    text = lines[..<gap].joined(separator: "\n") + "\n"
    signatures = []
    for line in lines[(gap + 1)...] {
      guard let signature = Signature(line: line) else { return nil }
      signatures.append(signature)
    }
  }

  /// The note as it lies in a file.
  package var bytes: [UInt8] {
    Array((text + "\n" + signatures.map { $0.line + "\n" }.joined()).utf8)
  }

  /// Adds the log's own signature.
  mutating func sign(with key: borrowing SigningKey) throws(LogError) {
    signatures.append(Signature(by: key.verifier, try key.signature(of: Array(text.utf8))))
  }

  /// Adds a signature line that is not there yet; says whether it was new.
  mutating func add(_ signature: Signature) -> Bool {
    if signatures.contains(signature) { return false }
    signatures.append(signature)
    return true
  }

  /// The keys of `known` that signed the text; `nil` when one of them is named with a wrong signature.
  ///
  /// Signatures by other keys say nothing and are passed over (C2SP signed-note, "Verifying").
  package func signers(among known: [VerifierKey]) -> [VerifierKey]? {
    var signers: [VerifierKey] = []
    for signature in signatures {
      for key in known where key.id == signature.keyID && key.name == signature.name {
        guard isValid(signature, key) else { return nil }
        if !signers.contains(key) { signers.append(key) }
      }
    }
    return signers
  }

  private func isValid(_ signature: Signature, _ key: VerifierKey) -> Bool {
    switch key.kind {
    case .signature:
      Ed25519Key.isValid(signature.bytes, of: Array(text.utf8), by: key.publicKey)
    case .cosignature:
      Cosignature(signature)?.isValid(over: text, by: key) ?? false
    }
  }
}
