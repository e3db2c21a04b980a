import Collections
import Testing

@testable import quipu

@Suite struct HTMLWriterTests {
  @Test func whatIsTextStaysText() {
    var html = HTMLWriter(title: "</title><script>1</script>", language: .english)
    html.element("p", ["title": "\" onload=\"alert(1)"], "<img src=x onerror=alert(1)> & 'it'")
    html.table(
      "<b>", heads: ["<i>"],
      rows: [[.text("<u>")], [.link("\"><script>", "<s>")], [.pairs([("<q>", "<a>")])]])
    let page = html.page()
    for tag in ["<script", "<img", "<b>", "<i>", "<u>", "<s>", "<q>", "<a>", "onload=\""] {
      #expect(!page.contains(tag), "\(tag)")
    }
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &#39;it&#39;"))
  }

  @Test func controlsAndTurnsOfDirectionAreShown() {
    #expect(
      HTMLWriter.escaped("a\u{0}b\u{1B}[31m\u{202E}c\n") == "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}c\n")
  }

  @Test func whatIsOpenedIsClosed() {
    var html = HTMLWriter(title: "t", language: .spanish)
    html.element("main") { $0.element("p", "á") }
    let page = html.page()
    #expect(page.contains("<html lang=\"es\">"))
    #expect(page.hasSuffix("<body><main><p>á</p>\n</main>\n</body>\n</html>\n"))
  }

  /// No type and no field is told to a Spanish reader in English alone.
  @Test func everyEventTypeHasATitle() {
    for type in EventType.allCases { #expect(type.title != Text(same: type.name), "\(type)") }
  }

  /// Every word of a closed vocabulary is told in Spanish, but for those that are Spanish already.
  @Test func everyChoiceHasASpanishWord() {
    let same: Set<String> = [
      "cheque", "error", "personal", "portal", "real", "sms", "whatsapp",
    ]
    func words(_ type: FieldType) -> [String] {
      switch type {
      case .choice(let words): words
      case .object(let shape): shape.fields.flatMap { words($0.type) }
      case .list(let element, _, _): words(element)
      default: []
      }
    }
    for type in EventType.allCases {
      for word in type.declaration.fields.flatMap({ words($0.type) }) where !same.contains(word) {
        #expect(choiceText(word, .spanish) != word, "\(word)")
      }
    }
  }
}
