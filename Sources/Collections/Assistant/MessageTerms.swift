/// What a message is read by: its words, their neighbours, pieces of them, and the classes they are of.
///
///     "Cuánta plata debo"  ─►  w:kuanta w:plata w:debo           words, folded (MessageWords)
///                              b:^ kuanta  b:kuanta plata  …      pairs of neighbours, and the ends
///                              c:_kua c:kuan c:uant …             four letters in a row, _ a word's edge
///                              l:howMuch l:money l:owe            classes (WordClasses)
///                              p:howMuch money  p:howMuch owe …   pairs of classes, one word between at most
///                              n:3                                about how many words
package enum MessageTerms {
  /// The letters of a piece of a word.
  private static let pieceLength = 4

  /// The distinct terms of a text, sorted. O(letters × log).
  package static func terms(of text: String, _ classes: WordClasses) -> [String] {
    let words = MessageWords(text).words.map(\.bytes)
    guard !words.isEmpty else { return [] }
    var terms: Set<String> = ["n:\(size(words.count))"]
    let spelt = words.map { WordClasses.isNumber($0) ? "0" : String(decoding: $0, as: UTF8.self) }
    for word in spelt { terms.insert("w:\(word)") }
    for (first, second) in zip(["^"] + spelt, spelt + ["$"]) {
      terms.insert("b:\(first) \(second)")
    }
    for word in spelt { addPieces(of: word, to: &terms) }
    // Words of no class are passed over, so that a pair reaches further in a sentence of many small words.
    let kinds = words.map(classes.names(of:)).filter { !$0.isEmpty }
    for (place, names) in kinds.enumerated() {
      for name in names {
        terms.insert("l:\(name)")
        for next in kinds[(place + 1)...].prefix(2) {
          for other in next { terms.insert("p:\(name) \(other)") }
        }
      }
    }
    return terms.sorted()
  }

  private static func addPieces(of word: String, to terms: inout Set<String>) {
    let letters = Array("_\(word)_".utf8)
    guard letters.count >= pieceLength else { return }
    for start in 0...letters.count - pieceLength {
      let piece = letters[start..<start + pieceLength]
      terms.insert("c:" + String(decoding: piece, as: UTF8.self))
    }
  }

  /// How many words, roughly: 1, 2, 3, 4 (or 5), 6 (or 7), 8 (or more).
  private static func size(_ count: Int) -> Int {
    switch count {
    case ..<4: count
    case ..<6: 4
    case ..<8: 6
    default: 8
    }
  }
}
