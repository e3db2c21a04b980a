import Collections
import Foundation
import Testing

@Suite("Texts by number")
struct TextIndexTests {
  @Test("sorted is the order of the bytes, whatever the texts begin alike with")
  func order() throws {
    let seed = UInt64(ProcessInfo.processInfo.environment["QUIPU_SEED"] ?? "") ?? 20_261_127
    print("texts: QUIPU_SEED=\(seed)")
    var random = SplitMix64(seed: seed)
    for common in ["", "PE-00", "PE-0000001\u{0}c-", "a much longer beginning/"] {
      var index = TextIndex()
      var texts: Set<String> = []
      for _ in 0..<400 {
        let length = Int(random.next() % 12)
        let tail = (0..<length).map { _ in "0129-\u{0}Az"[Int(random.next() % 8)] }
        texts.insert(common + String(tail))
      }
      for text in texts.sorted(by: { $0.count < $1.count }) {
        let bytes = Array(text.utf8)
        _ = index.number(bytes.span, 0..<bytes.count)
      }
      let sorted = index.sorted().map(index.text)
      #expect(sorted == texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      let some = Array(stride(from: index.count - 1, to: 0, by: -3))
      #expect(
        index.sorted(some).map(index.text)
          == some.map(index.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
  }
}

extension String {
  fileprivate subscript(place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}
