package import EventStore

/// A text by which a person can be found, in the one form in which it is compared.
///
/// | kind | form |
/// | --- | --- |
/// | document | letters and digits alone, in capitals: `10.456.789-K` is `10456789K` |
/// | phone | digits alone with the country's code: `+51 987 654 321`, `0051987654321` and, in Peru, `987654321` are one |
/// | email | lower case, no blanks around |
package struct LookupText: Hashable, Sendable {
  /// What the text is.
  package enum Kind: String, CaseIterable, Sendable {
    case document, phone, email
  }

  /// What the text is.
  package let kind: Kind
  let text: String

  /// A text of a kind; nil where nothing of it is left to compare.
  ///
  /// - Parameters:
  ///   - kind: what it is.
  ///   - text: as somebody wrote it.
  ///   - jurisdiction: whose country code a phone without one gets, such as PE.
  package init?(_ kind: Kind, _ text: String, jurisdiction: String) {
    self.kind = kind
    switch kind {
    case .document: self.text = Self.document(text)
    case .phone: self.text = Self.phone(text, jurisdiction)
    case .email: self.text = Self.email(text)
    }
    if self.text.utf8.count < 3 { return nil }
  }

  /// Every kind a text may be, for whoever looks for it without saying.
  package static func all(_ text: String, jurisdiction: String) -> [LookupText] {
    let kinds: [Kind] = text.utf8.contains(UInt8(ascii: "@")) ? [.email] : [.document, .phone]
    return kinds.compactMap { LookupText($0, text, jurisdiction: jurisdiction) }
  }

  private static func document(_ text: String) -> String {
    let bytes = text.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): byte
      case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
      default: nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func phone(_ text: String, _ jurisdiction: String) -> String {
    let digits = text.utf8.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    var number = String(decoding: digits, as: UTF8.self)
    let isInternational = text.utf8.contains(UInt8(ascii: "+")) || number.hasPrefix("00")
    if number.hasPrefix("00") { number.removeFirst(2) }
    guard !isInternational, let country = countries[jurisdiction] else { return number }
    // A trunk prefix is dialled inside the country alone.
    if number.hasPrefix("0") { number.removeFirst() }
    let hasCode = number.hasPrefix(country.code) && number.utf8.count > country.longest
    return hasCode ? number : country.code + number
  }

  /// Country codes, and the most digits of a number inside the country (ITU-T E.164).
  private static let countries: [String: (code: String, longest: Int)] = [
    "PE": ("51", 9), "CL": ("56", 9), "CO": ("57", 10), "EC": ("593", 9), "BO": ("591", 8),
    "MX": ("52", 10), "AR": ("54", 10), "ES": ("34", 9), "US": ("1", 10), "GB": ("44", 10),
  ]

  private static func email(_ text: String) -> String {
    let blanks: [Character] = [" ", "\t", "\n"]
    var text = text[...]
    while let first = text.first, blanks.contains(first) { text.removeFirst() }
    while let last = text.last, blanks.contains(last) { text.removeLast() }
    return text.lowercased()
  }
}

extension SubjectVault {
  /// Has a text lead to a subject from the next ``flush()`` on.
  ///
  /// With `replacing` no other text of its kind does any more: a document that was put right.
  package func note(
    _ text: LookupText, of subject: String, replacing: Bool = false
  ) throws(LogError) {
    try note(text.text, text.kind.rawValue, of: subject, replacing: replacing)
  }

  /// The subjects that a text leads to, in order; none where nobody has it. O(epochs).
  package func subjects(of text: LookupText) throws(LogError) -> [String] {
    try subjects(of: text.text, text.kind.rawValue)
  }
}
