internal import Collections
internal import Ledger

/// What was written in a form of the portal.
struct PortalFields: Sendable {
  private let values: [(name: String, value: String)]

  /// A field is cut after so many characters; what people tell at length is shorter.
  private static let longest = 4_000

  init(_ values: [(name: String, value: String)]) { self.values = values }

  /// A field's value without blanks around it, a line's end as one `\n`, for browsers send two characters;
  /// empty where it is missing.
  subscript(_ name: String) -> String {
    let sent = values.first { $0.name == name }?.value ?? ""
    let value = String(sent.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 })
    let trimmed = value.drop(while: \.isWhitespace).prefix(Self.longest)
    return String(trimmed.reversed().drop(while: \.isWhitespace).reversed())
  }

  /// All that is stated, the form's token left out: the same whatever stands empty and in which order the
  /// fields were sent.
  var stated: String {
    Set(values.map(\.name)).subtracting([PortalVisit.formField]).sorted().map { name in
      self[name].isEmpty ? "" : "\(name)\u{0}\(self[name])\u{0}"
    }.joined()
  }

  /// An amount in minor units of a currency: `1,204.50`, `1204.5`, `1204,50` or `S/ 1204`, which is none where
  /// the account is in another currency. Throws ``FormFault``.
  func amount(_ name: String, in currency: Currency) throws(FormFault) -> Int64 {
    guard let amount = Self.amount(self[name], in: currency), amount > 0 else {
      let example = PortalMoney(currency).text(15_000)
      throw FormFault(
        name,
        Text("Write an amount, such as \(example).", "Escriba un monto, por ejemplo \(example)."))
    }
    return amount
  }

  /// Minor units of an amount as people write it; nil where it is none, one of another currency, or too large for
  /// a sum of them.
  static func amount(_ text: String, in currency: Currency) -> Int64? {
    let digits = currency.minorDigits
    var rest = Substring(text.filter { !$0.isWhitespace })
    for sign in signs(of: currency) where rest.uppercased().hasPrefix(sign) {
      rest = rest.dropFirst(sign.count)
      break
    }
    var parts = rest.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    // A comma before one or two last figures, and no point, is how others write decimals.
    if parts.count == 1, let comma = rest.lastIndex(of: ","),
      (1...2).contains(rest.distance(from: comma, to: rest.endIndex) - 1)
    {
      parts = [String(rest[..<comma]), String(rest[rest.index(after: comma)...])]
    }
    guard parts.count <= 2 else { return nil }
    let whole = parts[0].filter { $0 != "," }
    let fraction = parts.count == 2 ? parts[1] : ""
    let figures = whole + fraction
    guard !whole.isEmpty, whole.utf8.count <= 13, fraction.utf8.count <= digits,
      figures.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let missing = String(repeating: "0", count: digits - fraction.utf8.count)
    return Int64(figures + missing).flatMap { $0 <= largestAmount ? $0 : nil }
  }

  /// What people write before an amount of a currency, longest first.
  private static func signs(of currency: Currency) -> [String] {
    switch currency.code {
    case "PEN": ["PEN", "S/.", "S/"]
    case "USD": ["USD", "US$", "$"]
    default: [currency.code]
    }
  }

  /// A day, `2026-12-31` as browsers send it or `31/12/2026`, within a span. Throws ``FormFault``.
  func day(_ name: String, in days: ClosedRange<CivilDate>) throws(FormFault) -> CivilDate {
    var text = self[name]
    let parts = text.split(separator: "/").map(String.init)
    if parts.count == 3 {
      func two(_ part: String) -> String { part.utf8.count == 1 ? "0" + part : part }
      text = "\(parts[2])-\(two(parts[1]))-\(two(parts[0]))"
    }
    guard let day = CivilDate(text), days.contains(day) else {
      let (first, last) = (days.lowerBound, days.upperBound)
      throw FormFault(
        name,
        Text(
          "Choose a day from \(first.spoken(.english)) to \(last.spoken(.english)).",
          "Elija un día del \(first.spoken(.spanish)) al \(last.spoken(.spanish))."))
    }
    return day
  }

  /// One of the choices there are. Throws ``FormFault``.
  func choice(_ name: String, _ options: [FormChoice]) throws(FormFault) -> FormChoice {
    let value = self[name]
    guard let option = options.first(where: { $0.value == value }) else {
      throw FormFault(name, Text("Choose one of the answers.", "Elija una de las respuestas."))
    }
    return option
  }
}

/// An answer to choose.
struct FormChoice: Sendable {
  let value: String
  let words: Text

  init(_ value: String, _ english: String, _ spanish: String) {
    (self.value, words) = (value, Text(english, spanish))
  }
}

/// What is wrong with a form, at which field, in plain words; nothing was recorded.
struct FormFault: Error, Sendable {
  let field: String
  let words: Text

  init(_ field: String, _ words: Text) { (self.field, self.words) = (field, words) }

  /// What the rules of the ledger refused.
  init(_ refusal: Refusal) {
    field = ""
    words =
      refusal.code == "key_conflict"
      ? Text(
        "This form was used already. Open the page again from your accounts.",
        "Este formulario ya se usó. Abra la página de nuevo desde sus cuentas.")
      : Text(
        "The rules of the account do not allow it as it stands now, and nothing was recorded "
          + "(\(refusal.code)).",
        "Las reglas de la cuenta no lo permiten tal como está ahora, y no se registró nada "
          + "(\(refusal.code)).")
  }
}
