/// A page of HTML to read and print: no script, no outside file, every text escaped.
///
/// Texts are written by ``text(_:)`` and the like alone, so that a name with markup in it shows as what
/// it is. The page says in its own policy that nothing in it may run or load.
struct HTMLPage {
  private let title: String
  private let language: Language
  private var body = ""

  init(_ title: String, _ language: Language) {
    self.title = title
    self.language = language
  }

  /// A heading of level 1 to 3.
  mutating func heading(_ level: Int, _ text: String) {
    body += "<h\(level)>\(Self.escaped(text))</h\(level)>\n"
  }

  /// A paragraph; with `note` in small print.
  mutating func paragraph(_ text: String, isNote: Bool = false) {
    body += "<p\(isNote ? " class=\"note\"" : "")>\(Self.escaped(text))</p>\n"
  }

  /// Names and their values, one a line.
  mutating func facts(_ rows: [(name: String, value: String)]) {
    body += "<table class=\"facts\">\n"
    for (name, value) in rows {
      body +=
        "<tr><th scope=\"row\">\(Self.escaped(name))</th><td>\(Self.escaped(value))</td></tr>\n"
    }
    body += "</table>\n"
  }

  /// A table under headings; the columns of `figures` are set right.
  mutating func table(_ headings: [String], _ rows: [[String]], figures: Set<Int> = []) {
    body += "<table>\n<thead><tr>"
    for (column, heading) in headings.enumerated() {
      let mark = figures.contains(column) ? " class=\"figure\"" : ""
      body += "<th scope=\"col\"\(mark)>\(Self.escaped(heading))</th>"
    }
    body += "</tr></thead>\n<tbody>\n"
    for row in rows {
      body += "<tr>"
      for (column, cell) in row.enumerated() {
        let mark = figures.contains(column) ? " class=\"figure\"" : ""
        body += "<td\(mark)>\(Self.escaped(cell))</td>"
      }
      body += "</tr>\n"
    }
    body += "</tbody>\n</table>\n"
  }

  /// Text as it stands, in a fixed width: a digest, a command.
  mutating func code(_ text: String) {
    body += "<pre>\(Self.escaped(text))</pre>\n"
  }

  /// A link to a file beside the page, whose name is of ours.
  mutating func link(_ file: String, _ text: String) {
    body += "<p><a href=\"\(Self.escaped(file))\">\(Self.escaped(text))</a></p>\n"
  }

  /// The page whole.
  var bytes: [UInt8] {
    let head = """
      <!doctype html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(Self.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>

      """
    return Array((head + body + "</main>\n</body>\n</html>\n").utf8)
  }

  /// Text with the five characters that mean something to HTML spelled out, and control characters that
  /// no page may hold shown as U+FFFD.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static let style = """
    body { font: 16px/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; margin: 0 }
    main { max-width: 50rem; margin: 2rem auto; padding: 0 1.25rem }
    h1 { font-size: 1.6rem; margin: 0 0 1rem } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
    h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
    table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .92rem }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc }
    .facts th { width: 34%; font-weight: normal; color: #444 }
    .figure { text-align: right; font-variant-numeric: tabular-nums }
    pre { font: .8rem/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; \
    background: #f4f4f2; padding: .6rem .8rem }
    .note { font-size: .85rem; color: #444 } a { color: #0b4f8a }
    td { overflow-wrap: anywhere }
    @media print { main { margin: 0; max-width: none } h2 { break-after: avoid } tr { break-inside: avoid } }
    @page { margin: 2cm }
    """
}
