internal import Collections
internal import Ledger
internal import Projections

/// What a value must look like, and so how it is checked and completed.
enum ValueKind: Sendable {
  case text
  /// A whole number within the range.
  case integer(ClosedRange<Int64>)
  case choices([String])
  /// A civil date, `YYYY-MM-DD`.
  case date
  /// A civil date, or an instant.
  case moment
  /// A size of the log or an instant.
  case knownAt
  /// An id of the ledger: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
  case identifier
  /// The name of a stream: `account/A-1`.
  case stream
  /// One of several parts: `2/7`.
  case partition
  case file
  case directory
  /// A file, or `-` for standard input.
  case fileOrInput
  /// A file that is a mapping, or the name of one that comes with the program.
  case mapping
  /// Who records: `ID`, `ID/ROLE` or `ID/ROLE/KIND`.
  case actor
  /// The name of a command of this program.
  case command
  /// The name of an event type.
  case eventType
  /// An ISO 4217 code.
  case currency
  /// Where something is reached over HTTP: `https://portal.example`.
  case address

  /// The closed list a value comes from, or nil when it has none.
  var choices: [String]? {
    switch self {
    case .choices(let names): names
    case .command: CommandTable.all.map(\.name)
    case .eventType: EventType.allCases.map(\.name)
    case .currency: Currency.allCodes
    default: nil
    }
  }

  /// What is wrong with a value, as the end of "--on expects …"; nil when nothing is.
  func objection(to value: String) -> Text? {
    if let choices { return choices.contains(value) ? nil : expectation(choices) }
    if value.isEmpty { return Text("a value that is not empty", "un valor no vacío") }
    switch self {
    case .integer(let range):
      guard let number = Int64(value), range.contains(number) else {
        return range.upperBound == .max
          ? Text(
            "a whole number from \(range.lowerBound)", "un número entero desde \(range.lowerBound)")
          : Text(
            "a whole number from \(range.lowerBound) to \(range.upperBound)",
            "un número entero de \(range.lowerBound) a \(range.upperBound)")
      }
      return nil
    case .date:
      return CivilDate(value) != nil
        ? nil
        : Text("a date of the calendar as YYYY-MM-DD", "una fecha del calendario como AAAA-MM-DD")
    case .moment:
      return Instant(moment: value) != nil
        ? nil
        : Text(
          "a date as 2027-12-31 or an instant as 2027-12-31T15:04:05Z",
          "una fecha como 2027-12-31 o un instante como 2027-12-31T15:04:05Z")
    case .knownAt:
      guard KnownAt(value) == nil else { return nil }
      let expected = Text(
        "a size (a whole number) or an instant as 2026-03-12T15:04:05Z",
        "un tamaño (número entero) o un instante como 2026-03-12T15:04:05Z")
      guard CivilDate(value) != nil else { return expected }
      return expected
        + Text(
          ": a date does not say where its day ends, as \(value)T23:59:59-05:00 does",
          ": una fecha no dice dónde termina su día; \(value)T23:59:59-05:00, sí")
    case .identifier:
      return isIdentifier(value)
        ? nil : Text("1 to 64 of A-Z a-z 0-9 . _ : -", "de 1 a 64 de A-Z a-z 0-9 . _ : -")
    case .stream:
      let bytes = Array(value.utf8)
      return StreamName(parsing: bytes.span, 0..<bytes.count) != nil
        ? nil : Text("a stream as account/A-1", "una secuencia como account/A-1")
    case .partition:
      return Partition(value) != nil
        ? nil
        : Text(
          "I/N with I from 1 to N, and N at most \(Partition.most)",
          "I/N con I de 1 a N, y N hasta \(Partition.most)")
    case .actor:
      return Actor(commandLine: value) != nil
        ? nil
        : Text(
          "ID, ID/ROLE or ID/ROLE/KIND with KIND person, system or bot",
          "ID, ID/ROL o ID/ROL/CLASE con CLASE person, system o bot")
    case .address:
      return Self.isAddress(value)
        ? nil
        : Text(
          "an address as https://portal.example", "una dirección como https://portal.example")
    default:
      return nil
    }
  }

  /// Whether it is `http://` or `https://`, a host, and no blank or character that an address writes otherwise.
  private static func isAddress(_ value: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: { value.hasPrefix($0) })
    else { return false }
    let rest = value.utf8.dropFirst(scheme.utf8.count)
    guard let first = rest.first, first != UInt8(ascii: "/") else { return false }
    return rest.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  /// What a value from a closed list must be; a long list is told by an example.
  private func expectation(_ choices: [String]) -> Text {
    switch self {
    case .command:
      Text("a command that `quipu help` lists", "un comando que `quipu help` muestra")
    case .eventType:
      Text("an event type as PaymentReceived", "un tipo de evento como PaymentReceived")
    case .currency:
      Text("a currency in use (ISO 4217) as PEN", "una moneda en uso (ISO 4217) como PEN")
    default:
      Text(
        "one of " + choices.joined(separator: ", "),
        "uno de estos: " + choices.joined(separator: ", "))
    }
  }
}
