internal import Collections

/// A whole number with commas between thousands, `119,604`, as Peru writes it in Spanish too.
func grouped(_ number: Int64) -> String {
  (number < 0 ? "-" : "") + groupedDigits(String(number.magnitude))
}

/// A number with its noun: `1 event`, `84,021 events`.
func counted(_ number: Int64, _ one: Text, _ many: Text) -> Text {
  Text(same: grouped(number) + " ") + (number == 1 ? one : many)
}

/// `on 2026-03-02, known at 84,021 events`: what an answer about the past holds for.
func asOf(_ day: CivilDate, knownAt size: Int64) -> Text {
  Text("on \(day.text), known at ", "al \(day.text), según ") + countedEvents(size)
}

/// A number of events.
func countedEvents(_ number: Int64) -> Text {
  counted(number, Text("event", "evento"), Text("events", "eventos"))
}

/// An amount of minor units as its currency is written: 512434072 is `5,124,340.72`.
///
/// `digits` are the decimals of the currency after ISO 4217: 2 for most, 0 to 4 in use.
func amountText(_ minorUnits: Int64, digits: Int = 2) -> String {
  var figures = String(minorUnits.magnitude)
  if figures.count <= digits {
    figures = String(repeating: "0", count: digits + 1 - figures.count) + figures
  }
  let whole = groupedDigits(String(figures.dropLast(digits)))
  let sign = minorUnits < 0 ? "-" : ""
  return digits > 0 ? "\(sign)\(whole).\(figures.suffix(digits))" : sign + whole
}

private func groupedDigits(_ digits: String) -> String {
  var result = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
    result.append(digit)
  }
  return result
}
