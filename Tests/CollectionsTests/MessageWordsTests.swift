internal import CanonicalJSON
internal import Collections
internal import Support
internal import Testing

@Suite("Words of messages and their patterns")
struct MessageWordsTests {
  private func findings(_ text: String, _ pattern: String, unless: String? = nil) throws -> Int {
    let takenBack = unless.map { #","unless":["\#($0)"]"# } ?? ""
    let document = #"""
      {"format":"quipu-vulnerability/1","policy":"v","version":1,"negations":["no","not"],
       "resets":["pero"],"spellings":[{"written":"q","means":"que"}],
       "lists":[{"name":"kin","words":["mamá","papá"]}],
       "rules":[{"id":"r","category":"illness","level":"support","strengthBp":5000,
                 "patterns":["\#(pattern)"]\#(takenBack)}]}
      """#
    let bytes = Array(document.utf8)
    return try VulnerabilityPatterns(parsing: bytes.span).findings(in: text).count
  }

  @Test(
    "what a pattern finds",
    arguments: [
      ("me quede sin trabajo", 1, "Me QUEDÉ sin travajo!!"),
      ("me quede sin trabajo", 1, "me kede sin trabajooo"),
      ("me quede sin trabajo", 0, "me quede. sin trabajo"),
      ("me quede sin trabajo", 1, "me quede, sin trabajo"),
      ("trabajo|chamba", 1, "busco chamba"),
      ("trabajo|chamba", 0, "chambas"),
      ("despid*", 1, "me despidieron"),
      ("perdi .. trabajo", 1, "perdi trabajo"),
      ("perdi .. trabajo", 1, "perdí mi buen viejo trabajo"),
      ("perdi .. trabajo", 0, "perdi uno dos tres cuatro trabajo"),
      ("perdi mi? trabajo", 1, "perdi trabajo"),
      ("perdi mi? trabajo", 1, "perdi mi trabajo"),
      ("murio mi @kin", 1, "murió mi mama"),
      ("murio mi @kin", 0, "murió mi perro"),
      ("que dolor", 1, "q dolor"),
      ("estoy enfermo", 0, "no estoy enfermo"),
      ("estoy enfermo", 0, "no, ni modo, yo no estoy enfermo"),
      ("estoy enfermo", 1, "no, estoy enfermo"),
      ("estoy enfermo", 1, "no pero estoy enfermo"),
      ("no tengo", 1, "no tengo nada"),
      ("aislado", 1, "estoy aislado y solo"),
    ])
  func finds(_ pattern: String, _ count: Int, _ text: String) throws {
    #expect(try findings(text, pattern) == count)
  }

  @Test("what stands in the same sentence takes a sign back")
  func unless() throws {
    #expect(try findings("estuve enfermo, ya sané", "enfermo", unless: "ya sane") == 0)
    #expect(try findings("estuve enfermo. ya sané", "enfermo", unless: "ya sane") == 1)
  }

  @Test(
    "patterns that cannot be read name their place",
    arguments: [".. x", "a? b", "x ..", "@kim", "a||b", "¡"])
  func refusals(_ pattern: String) throws {
    let error = #expect(throws: DocumentError.self) { try findings("x", pattern) }
    #expect(error?.code == .invalidValue)
    #expect(error?.path == "$.rules[0].patterns[0]")
    if pattern == "@kim" { #expect(error?.nearest == "kin") }
  }

  @Test("any text at all is read without harm, and twice the same")
  func anyText() throws {
    var random = SeededGenerator(seed: seed())
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random))
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let once = try findings(text, "a* .. b|c?")
      #expect(try findings(text, "a* .. b|c?") == once)
    }
  }
}
