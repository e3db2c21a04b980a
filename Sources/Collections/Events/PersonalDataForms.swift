/// Whether a text that is to name no person has the form of something that does: an e-mail address, a
/// phone's or document's number, or a given name beside a family name.
///
/// Short texts in clear (a reason, a ground, a label) are kept beside pseudonyms for ever, and outlive an
/// erasure. A form cannot tell every name; it catches what people type without thinking:
///
/// - an `@` between two characters that are no spaces;
/// - 7 digits or more that only spaces, dots, hyphens and brackets part, unless they are a date
///   (`2026-03-02`, `02.03.2026`);
/// - two words side by side of which each begins with a capital and goes on in small letters, whatever
///   stands between them and the beginning: `Juan Pérez`, but not `Banco de la Nación` or `Ley 29571`.
///
/// O(length).
package func looksPersonal(_ text: String) -> Bool {
  let characters = Array(text)
  return hasAddress(characters) || hasLongNumber(characters) || hasFullName(characters)
}

private func hasAddress(_ text: [Character]) -> Bool {
  text.indices.contains { place in
    text[place] == "@" && place > 0 && place + 1 < text.count && !text[place - 1].isWhitespace
      && !text[place + 1].isWhitespace
  }
}

private func hasLongNumber(_ text: [Character]) -> Bool {
  var run: [Character] = []
  func isNumber() -> Bool {
    while let last = run.last, !last.isWholeNumber { run.removeLast() }
    return run.count(where: \.isWholeNumber) >= 7 && !isDate(run)
  }
  for character in text {
    if character.isWholeNumber || !run.isEmpty && " .-()".contains(character) {
      run.append(character)
    } else {
      if isNumber() { return true }
      run.removeAll()
    }
  }
  return isNumber()
}

private func isDate(_ run: [Character]) -> Bool {
  guard run.count == 10 else { return false }
  let marks = run.indices.filter { !run[$0].isWholeNumber }
  return marks == [4, 7] || marks == [2, 5]
}

private func hasFullName(_ text: [Character]) -> Bool {
  var before = false
  for word in text.split(whereSeparator: \.isWhitespace) {
    let letters = word.drop { !$0.isLetter && !$0.isWholeNumber }
    let isName =
      letters.first?.isUppercase == true && letters.dropFirst().first?.isLowercase == true
    if isName, before { return true }
    // What ends a phrase parts two names: "Cancelado. Nuevo plan".
    before = isName && !".,;:".contains(word[word.endIndex - 1])
  }
  return false
}
