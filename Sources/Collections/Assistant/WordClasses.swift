/// Words that stand for one another (« plata », « dinero », « lana »), by the name of their class.
///
/// A message of few words has few that were seen before; what class they are of mostly was.
package struct WordClasses: Equatable, Sendable {
  /// The class of what is written in digits.
  static let number = "number"

  private var names: [[UInt8]: [String]] = [:]
  private var beginnings: [Beginning] = []

  /// Every word that begins so.
  private struct Beginning: Equatable, Sendable {
    var bytes: [UInt8]
    var name: String
  }

  /// Reads `[{"name": "money", "words": ["plata", "suicid*", …]}, …]`; words are folded like a message's.
  init(_ node: DocumentNode) throws(DocumentError) {
    var seen: Set<String> = [Self.number]
    for element in try node.elements(atMost: 200) {
      let members = try element.members(required: ["name", "words"])
      let name = try members.required("name").id()
      guard seen.insert(name).inserted else {
        throw DocumentError(
          .duplicate, "\(element.path).name", value: name,
          expected: "each list once, and none called \(Self.number)")
      }
      for word in try members.required("words").elements(atMost: 1_000) {
        let text = try word.text(60)
        let isBeginning = text.hasSuffix("*")
        let folded = MessageWords(isBeginning ? String(text.dropLast()) : text).words
        guard folded.count == 1 else {
          throw word.invalid(text, "one word, or the beginning of one as suicid*")
        }
        if isBeginning {
          beginnings.append(Beginning(bytes: folded[0].bytes, name: name))
        } else if names[folded[0].bytes]?.contains(name) != true {
          names[folded[0].bytes, default: []].append(name)
        }
      }
    }
  }

  /// The classes of a folded word, in the document's order. O(beginnings).
  func names(of word: [UInt8]) -> [String] {
    guard !Self.isNumber(word) else { return [Self.number] }
    var found = names[word] ?? []
    for beginning in beginnings
    where word.starts(with: beginning.bytes) && !found.contains(beginning.name) {
      found.append(beginning.name)
    }
    return found
  }

  static func isNumber(_ word: [UInt8]) -> Bool {
    word.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
