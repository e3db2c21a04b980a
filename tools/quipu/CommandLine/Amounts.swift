/// A whole number with commas between thousands, `119,604`, as Peru writes it in Spanish too.
func grouped(_ number: Int64) -> String {
  (number < 0 ? "-" : "") + groupedDigits(String(number.magnitude))
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
