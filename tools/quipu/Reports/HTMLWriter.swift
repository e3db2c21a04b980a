/// Writes HTML element by element: what is text is escaped, always; there is no way to write raw markup.
///
/// No scripts, nothing from elsewhere. A page of evidence is one file that reads and prints anywhere, and
/// its own policy tells a browser so; one of the console takes its style from the service.
struct HTMLWriter {
  private(set) var text = ""
  private var open: [String] = []
  /// What the last heading said.
  private var lastHeading = ""

  /// A page that is one file, in a language, its head written; ``page()`` ends it.
  init(title: String, language: Language) {
    self.init(
      title: title, language: language,
      head: """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="referrer" content="no-referrer">
        <style>\(Self.style)</style>
        """)
  }

  /// A page of the service, whose style sheet has a path of its own.
  init(title: String, language: Language, styleSheet: String) {
    self.init(
      title: title, language: language,
      head: """
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="\(Self.escaped(styleSheet))">
        """)
  }

  /// A page that carries its style, which a policy of the answer names by its digest.
  init(title: String, language: Language, style: String) {
    self.init(
      title: title, language: language,
      head: """
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <style>\(style)</style>
        """)
  }

  private init(title: String, language: Language, head: String) {
    text = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      \(head)
      </head>

      """
    begin("body")
  }

  /// The page, whole.
  consuming func page() -> String {
    end()
    precondition(open.isEmpty, "an element was left open")
    return text + "</html>\n"
  }

  /// Writes an element with what `body` writes in it.
  mutating func element(
    _ name: String, _ attributes: Attributes = [:],
    _ body: (inout HTMLWriter) throws -> Void
  ) rethrows {
    begin(name, attributes)
    try body(&self)
    end()
  }

  /// Writes an element that holds a text.
  mutating func element(
    _ name: String, _ attributes: Attributes, _ words: String
  ) {
    begin(name, attributes)
    text += Self.escaped(words)
    end()
  }

  /// Writes an element without attributes that holds a text.
  mutating func element(_ name: String, _ words: String) { element(name, [:], words) }

  /// Writes an element that holds nothing and has no end: a field, a line break.
  mutating func void(_ name: String, _ attributes: Attributes = [:]) {
    begin(name, attributes)
    open.removeLast()
  }

  /// Names and values of an element's attributes, in order.
  struct Attributes: ExpressibleByDictionaryLiteral, Sendable {
    private(set) var pairs: [(name: String, value: String)]

    init(dictionaryLiteral elements: (String, String)...) { pairs = elements.map { ($0, $1) } }

    /// The same with one more where there is a value for it.
    func adding(_ name: String, _ value: String?) -> Attributes {
      guard let value else { return self }
      var all = self
      all.pairs.append((name, value))
      return all
    }
  }

  /// Writes a heading of level 1 to 3.
  mutating func heading(_ level: Int, _ words: String) {
    lastHeading = words
    element("h\(level)", words)
  }

  /// Writes a paragraph; with `isNote` in a soft colour.
  mutating func paragraph(_ words: String, isNote: Bool = false) {
    element("p", isNote ? ["class": "soft"] : [:]) { $0.prose(words) }
  }

  /// Writes a text in which what stands between backquotes is something to type.
  mutating func prose(_ words: String) {
    for (place, part) in words.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    {
      if place % 2 == 0 { self.words(String(part)) } else { element("code", String(part)) }
    }
  }

  /// Writes text as it stands, in a fixed width: a digest, commands.
  mutating func code(_ words: String) { element("pre") { $0.element("code", words) } }

  /// Writes names and their values, one a line.
  mutating func facts(_ rows: [(name: String, value: String)]) {
    element("table", ["class": "facts"]) { html in
      html.element("tbody") { html in
        for row in rows {
          html.element("tr") { html in
            html.element("th", ["scope": "row"], row.name)
            html.element("td", row.value)
          }
        }
      }
    }
  }

  /// Writes a table of texts under the last heading, which those who hear the page are told as its caption.
  mutating func table(_ heads: [String], _ rows: [[String]], figures: Set<Int> = []) {
    table(
      lastHeading, isHeard: true, heads: heads, numbers: figures,
      rows: rows.map { $0.map { .text($0) } })
  }

  /// Writes a text.
  mutating func words(_ words: String) { text += Self.escaped(words) }

  /// Writes a link to a file beside the page.
  mutating func link(_ target: String, _ words: String) {
    element("a", ["href": target], words)
  }

  /// Writes a table: a caption, heads and rows of cells; columns in `numbers` are set to the right. A
  /// caption that says what the heading above says is for those alone who hear the page.
  mutating func table(
    _ caption: String, isHeard: Bool = false, heads: [String], numbers: Set<Int> = [],
    rows: [[Cell]]
  ) {
    element("table") { html in
      html.element("caption", isHeard ? ["class": "heard"] : [:], caption)
      html.element("thead") { html in
        html.element("tr") { html in
          for (place, head) in heads.enumerated() {
            let attributes: Attributes = ["scope": "col"]
            html.element(
              "th", attributes.adding("class", numbers.contains(place) ? "number" : nil), head)
          }
        }
      }
      html.element("tbody") { html in
        for row in rows {
          html.element("tr") { html in
            for (place, cell) in row.enumerated() {
              html.tableCell(cell, isNumber: numbers.contains(place))
            }
          }
        }
      }
    }
  }

  private mutating func begin(
    _ name: String, _ attributes: Attributes = [:]
  ) {
    text += "<\(name)"
    for (key, value) in attributes.pairs { text += " \(key)=\"\(Self.escaped(value))\"" }
    text += ">"
    open.append(name)
  }

  private mutating func end() {
    guard let name = open.popLast() else { preconditionFailure("no element is open") }
    text += "</\(name)>"
    if Self.blocks.contains(name) { text += "\n" }
  }

  private static let blocks: Set<String> = [
    "body", "caption", "footer", "h1", "h2", "h3", "header", "li", "main", "nav", "p", "pre",
    "section", "form", "fieldset", "svg", "div",
    "table", "tbody", "thead", "tr", "ul",
  ]

  /// A text that means itself in HTML, as content or between double quotes. Controls, which no page may
  /// hold, are shown as U+FFFD, and so are the characters that turn the direction of what follows.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
