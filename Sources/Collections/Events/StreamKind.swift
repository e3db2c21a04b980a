/// What a stream is about: the word before the slash in its name.
package enum StreamKind: UInt8, CaseIterable, Hashable, Sendable {
  case account, subject, portfolio, policy, model, ledger

  /// The word as recorded.
  package var word: String { "\(staticWord)" }
}

/// A set of stream kinds.
package struct StreamKinds: OptionSet, Hashable, Sendable {
  /// One bit a kind.
  package let rawValue: UInt8

  /// The set of these bits.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The set of one kind.
  package init(_ kind: StreamKind) {
    self.init(rawValue: 1 << kind.rawValue)
  }

  /// Debts.
  package static let account = StreamKinds(.account)
  /// Persons.
  package static let subject = StreamKinds(.subject)
  /// Sets of accounts, and what belongs to none.
  package static let portfolio = StreamKinds(.portfolio)
  /// Policies and calendars.
  package static let policy = StreamKinds(.policy)
  /// Scoring models.
  package static let model = StreamKinds(.model)
  /// The ledger itself.
  package static let ledger = StreamKinds(.ledger)
  /// Every kind.
  package static let any: StreamKinds = [.account, .subject, .portfolio, .policy, .model, .ledger]

  /// The kinds in the set, in declared order.
  package var kinds: [StreamKind] {
    StreamKind.allCases.filter { contains(StreamKinds($0)) }
  }
}

/// The parts of a stream's name, `account/A-1`.
package struct StreamName: Equatable, Sendable {
  /// What the stream is about.
  package let kind: StreamKind
  /// Where the id stands in the bytes read.
  package let id: Range<Int>

  /// Reads the name at `range`; nil unless it is a known kind, a slash and an id.
  ///
  /// Allocates nothing.
  package init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
    var slash = range.lowerBound
    while slash < range.upperBound, bytes[slash] != UInt8(ascii: "/") { slash += 1 }
    guard slash < range.upperBound,
      let kind = StreamKind(word: bytes, range.lowerBound..<slash),
      isIdentifier(bytes, (slash + 1)..<range.upperBound)
    else { return nil }
    self.kind = kind
    self.id = (slash + 1)..<range.upperBound
  }
}

extension StreamName {
  /// The parts of a name that was checked when it was recorded: its form is not looked at again.
  ///
  /// Nil where it does not begin with a known kind and a slash.
  package init?(recorded bytes: Span<UInt8>, _ range: Range<Int>) {
    var slash = range.lowerBound
    while slash < range.upperBound, bytes[slash] != UInt8(ascii: "/") { slash &+= 1 }
    guard slash < range.upperBound,
      let kind = StreamKind(word: bytes, range.lowerBound..<slash)
    else { return nil }
    self.kind = kind
    self.id = (slash + 1)..<range.upperBound
  }
}

extension StreamKind {
  /// The kind whose word stands at `range`; nil if there is none.
  package init?(word bytes: Span<UInt8>, _ range: Range<Int>) {
    // First letter and length tell the six words apart; the comparison then confirms.
    switch (range.count, range.isEmpty ? 0 : bytes[range.lowerBound]) {
    case (7, UInt8(ascii: "a")): self = .account
    case (7, UInt8(ascii: "s")): self = .subject
    case (9, UInt8(ascii: "p")): self = .portfolio
    case (6, UInt8(ascii: "p")): self = .policy
    case (5, UInt8(ascii: "m")): self = .model
    case (6, UInt8(ascii: "l")): self = .ledger
    default: return nil
    }
    guard equals(bytes, range, staticWord) else { return nil }
  }

  /// The word as bytes in the program's image.
  private var staticWord: StaticString {
    switch self {
    case .account: "account"
    case .subject: "subject"
    case .portfolio: "portfolio"
    case .policy: "policy"
    case .model: "model"
    case .ledger: "ledger"
    }
  }
}
