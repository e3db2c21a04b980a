/// Writes HTML element by element: what is text is escaped, always; there is no way to write raw markup.
///
/// No scripts, no images, nothing from elsewhere: a page is one file that reads and prints anywhere,
/// and its own policy tells a browser so.
struct HTMLWriter {
  private(set) var text = ""
  private var open: [String] = []
  /// What the last heading said.
  private var lastHeading = ""

  /// A page in a language, its head written; ``page()`` ends it.
  init(title: String, language: Language, style: String = HTMLWriter.style) {
    text = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <title>\(Self.escaped(title))</title>
      <style>\(style)</style>
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
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ body: (inout HTMLWriter) -> Void
  ) {
    begin(name, attributes)
    body(&self)
    end()
  }

  /// Writes an element that holds a text.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String>, _ words: String
  ) {
    begin(name, attributes)
    text += Self.escaped(words)
    end()
  }

  /// Writes an element without attributes that holds a text.
  mutating func element(_ name: String, _ words: String) { element(name, [:], words) }

  /// Writes a heading of level 1 to 3.
  mutating func heading(_ level: Int, _ words: String) {
    lastHeading = words
    element("h\(level)", words)
  }

  /// Writes a paragraph; with `isNote` in a soft colour.
  mutating func paragraph(_ words: String, isNote: Bool = false) {
    element("p", isNote ? ["class": "soft"] : [:], words)
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
            html.element("th", Self.attributes(numbers.contains(place), scope: true), head)
          }
        }
      }
      html.element("tbody") { html in
        for row in rows {
          html.element("tr") { html in
            for (place, cell) in row.enumerated() {
              html.element("td", Self.attributes(numbers.contains(place), scope: false)) {
                $0.cell(cell)
              }
            }
          }
        }
      }
    }
  }

  /// What stands in a cell.
  enum Cell: ExpressibleByStringInterpolation {
    case text(String)
    /// A date or an instant, which is not broken between lines.
    case time(String)
    case link(String, String)
    case lines([String])
    case pairs([(name: String, value: String)])
    case mark(String, isGood: Bool)

    init(stringLiteral value: String) { self = .text(value) }
  }

  private mutating func cell(_ cell: Cell) {
    switch cell {
    case .text(let words): self.words(words)
    case .time(let words): element("time", words)
    case .link(let target, let words): link(target, words)
    case .lines(let lines): for line in lines { element("div", line) }
    case .mark(let words, let isGood):
      element("strong", ["class": isGood ? "good" : "bad"], words)
    case .pairs(let pairs):
      element("dl") { html in
        for pair in pairs {
          html.element("div") { html in
            html.element("dt", pair.name)
            html.element("dd", pair.value)
          }
        }
      }
    }
  }

  private static func attributes(_ isNumber: Bool, scope: Bool) -> KeyValuePairs<String, String> {
    switch (isNumber, scope) {
    case (true, true): ["class": "number", "scope": "col"]
    case (false, true): ["scope": "col"]
    case (true, false): ["class": "number"]
    case (false, false): [:]
    }
  }

  private mutating func begin(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:]
  ) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
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
    "section",
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

  /// How pages look, on a screen and on paper.
  static let style = """

    :root{color-scheme:light;--ink:#1c1b1a;--soft:#5c5751;--line:#d9d3ca;--ground:#fbfaf8;--mark:#7a2e1d}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:72rem;padding:2rem 1.25rem 4rem;background:var(--ground);color:var(--ink);
    font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem}
    h2{font-size:1.2rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:2px solid var(--mark)}
    h3{font-size:1rem;margin:1.4rem 0 .4rem}
    p{margin:.4rem 0;max-width:46rem}
    .soft,caption{color:var(--soft)}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}
    a{color:var(--mark)}a:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
    code{font:.85em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    table{border-collapse:collapse;width:100%;margin:.6rem 0 1.2rem;background:#fff}
    caption{text-align:left;font-size:.9rem;padding:.2rem 0}
    th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top;
    overflow-wrap:break-word}
    th{font-weight:600;background:#f1ede6}td a,time{white-space:nowrap}
    .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .facts th{width:34%;font-weight:400;background:none;color:var(--soft)}
    pre{background:#f1ede6;padding:.6rem .8rem;white-space:pre-wrap}
    dl{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}
    dl div{display:flex;gap:.3rem}dt{color:var(--soft)}dt::after{content:":"}
    dd{margin:0;overflow-wrap:anywhere}
    .good{color:#1d5c36}.bad{color:#9b1c1c}
    @media(max-width:40rem){body{padding:1rem .6rem 3rem}th,td{padding:.3rem}}
    @media print{body{max-width:none;padding:0;background:#fff;font-size:10pt}nav{display:none}
    a{color:inherit;text-decoration:none}h2,h3{break-after:avoid}tr{break-inside:avoid}
    thead{display:table-header-group}th{background:none}}

    """
}
