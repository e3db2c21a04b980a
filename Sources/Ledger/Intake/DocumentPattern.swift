/// What the numbers of a country's identity documents look like, so that none becomes a pseudonym.
///
/// A pseudonym says nothing of who it stands for; a national number does, and it stands in the log in
/// clear for ever. An id is refused when the whole of it is such a number, with or without the
/// document's name before it (`DNI-…`, `ruc:…`), dots and hyphens left aside.
///
/// | country | documents |
/// | --- | --- |
/// | PE | DNI, 8 digits; RUC, 11 digits beginning 10, 15, 16, 17 or 20 with its check digit; carné de extranjería, 9 digits |
/// | CL | RUT, 7 or 8 digits and its check digit or K |
/// | ES | DNI, 8 digits and their letter; NIE, X, Y or Z, 7 digits and a letter |
/// | MX | CURP, 18; RFC of a person, 13 |
/// | US | Social Security number, 9 digits |
/// | GB | National Insurance number, two letters, 6 digits, A to D |
enum DocumentPattern {
  /// The document that an id looks like; nil where it looks like none of the jurisdiction's.
  static func document(_ id: String, in jurisdiction: String) -> String? {
    let number = bare(id)
    switch jurisdiction {
    case "PE": return peruvian(number)
    case "CL": return isRUT(number) ? "RUT" : nil
    case "ES": return spanish(number)
    case "MX": return mexican(number)
    case "US": return matches(number, "999999999") ? "SSN" : nil
    case "GB":
      let isOne = matches(number, "AA999999A") && number.last.map { $0 <= letter("D") } ?? false
      return isOne ? "NINO" : nil
    default: return nil
    }
  }

  /// Names that people write before a number.
  private static let names = [
    "DNI", "RUC", "CE", "RUT", "RUN", "NIE", "NIF", "CURP", "RFC", "SSN", "NINO",
  ]

  /// Letters in capitals and digits alone, the document's name taken off where a number follows it.
  private static func bare(_ id: String) -> [UInt8] {
    let plain = id.uppercased().utf8.filter {
      (letter("0")...letter("9")).contains($0) || (letter("A")...letter("Z")).contains($0)
    }
    for name in names where plain.starts(with: name.utf8) {
      let rest = Array(plain.dropFirst(name.utf8.count))
      if let first = rest.first, (letter("0")...letter("9")).contains(first) { return rest }
    }
    return Array(plain)
  }

  private static func letter(_ scalar: Unicode.Scalar) -> UInt8 { UInt8(ascii: scalar) }

  /// Whether a text has a form: 9 stands for a digit, A for a letter.
  private static func matches(_ text: [UInt8], _ form: String) -> Bool {
    guard text.count == form.utf8.count else { return false }
    return zip(text, form.utf8).allSatisfy { byte, kind in
      kind == letter("9")
        ? (letter("0")...letter("9")).contains(byte) : (letter("A")...letter("Z")).contains(byte)
    }
  }

  private static func digits(_ text: some Sequence<UInt8>) -> [Int] {
    text.map { Int($0) - Int(letter("0")) }
  }

  private static func peruvian(_ number: [UInt8]) -> String? {
    if matches(number, "99999999") { return "DNI" }
    if matches(number, "999999999") { return "carné de extranjería" }
    guard matches(number, "99999999999") else { return nil }
    let kind = String(decoding: number.prefix(2), as: UTF8.self)
    guard ["10", "15", "16", "17", "20"].contains(kind) else { return nil }
    // SUNAT: weights 5 4 3 2 7 6 5 4 3 2, eleven less the remainder, its last digit.
    let figures = digits(number)
    let sum = zip(figures, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).reduce(0) { sum, pair in
      let (figure, weight) = pair
      return sum + figure * weight
    }
    return (11 - sum % 11) % 10 == figures[10] ? "RUC" : nil
  }

  private static func isRUT(_ number: [UInt8]) -> Bool {
    guard (8...9).contains(number.count), let check = number.last,
      number.dropLast().allSatisfy({ (letter("0")...letter("9")).contains($0) })
    else { return false }
    var (sum, weight) = (0, 2)
    for figure in digits(number.dropLast()).reversed() {
      sum += figure * weight
      weight = weight == 7 ? 2 : weight + 1
    }
    let rest = 11 - sum % 11
    let expected = rest == 11 ? letter("0") : rest == 10 ? letter("K") : letter("0") + UInt8(rest)
    return check == expected
  }

  private static func spanish(_ number: [UInt8]) -> String? {
    if matches(number, "A9999999A"), let first = number.first,
      [letter("X"), letter("Y"), letter("Z")].contains(first)
    {
      return "NIE"
    }
    guard matches(number, "99999999A") else { return nil }
    let value = digits(number.dropLast()).reduce(0) { $0 * 10 + $1 }
    return Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[value % 23] == number.last ? "DNI" : nil
  }

  private static func mexican(_ number: [UInt8]) -> String? {
    if number.count == 18, matches(Array(number.prefix(16)), "AAAA999999AAAAAA") { return "CURP" }
    return number.count == 13 && matches(Array(number.prefix(10)), "AAAA999999") ? "RFC" : nil
  }
}
