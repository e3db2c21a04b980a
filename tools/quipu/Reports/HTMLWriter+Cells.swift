extension HTMLWriter {
  /// What stands in a cell of a table.
  indirect enum Cell: ExpressibleByStringInterpolation {
    case text(String)
    /// A date or an instant, which is not broken between lines.
    case time(String)
    case link(String, String)
    case lines([String])
    case pairs([(name: String, value: String)])
    case mark(String, isGood: Bool)
    /// Says what its row is about.
    case head(Cell)
    /// What stands first, and in small below it what explains it.
    case noted(Cell, String)
    /// Parts of a bar, each a length in thousandths of the column's width and the name of its paint,
    /// and what it says to those who hear it.
    case bar([(length: Int, paint: String)], String)
    /// A figure on a ground that is the darker the more it is, from 0 to 8.
    case heat(Cell, Int)
    case code(String)
    case cells([Cell])

    init(stringLiteral value: String) { self = .text(value) }
  }

  /// Writes one cell of a table's row.
  mutating func tableCell(_ cell: Cell, isNumber: Bool) {
    let name = isNumber ? "number" : nil
    let none: Attributes = [:]
    switch cell {
    case .head(let inner):
      let attributes: Attributes = ["scope": "row"]
      element("th", attributes.adding("class", name)) { $0.write(inner) }
    case .heat(let inner, let level):
      element("td", ["class": "number heat h\(min(max(level, 0), 8))"]) { $0.write(inner) }
    case .bar: element("td", ["class": "picture"]) { $0.write(cell) }
    case .lines: element("td", ["class": "lines"]) { $0.write(cell) }
    default: element("td", none.adding("class", name)) { $0.write(cell) }
    }
  }

  /// Writes what stands in a cell.
  mutating func write(_ cell: Cell) {
    switch cell {
    case .text(let words): self.words(words)
    case .time(let words): element("time", words)
    case .link(let target, let words): link(target, words)
    case .lines(let lines): for line in lines { element("div", line) }
    case .mark(let words, let isGood):
      element("strong", ["class": isGood ? "good" : "bad"], words)
    case .head(let inner), .heat(let inner, _): write(inner)
    case .noted(let inner, let note):
      write(inner)
      if !note.isEmpty { element("small", note) }
    case .bar(let parts, let words): bar(parts, words)
    case .code(let words): element("code", words)
    case .cells(let cells):
      for (place, cell) in cells.enumerated() {
        if place > 0 { words(" ") }
        write(cell)
      }
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

  /// A bar as wide as its column, in parts.
  private mutating func bar(_ parts: [(length: Int, paint: String)], _ words: String) {
    element(
      "svg",
      [
        "class": "bar", "viewBox": "0 0 1000 16", "preserveAspectRatio": "none", "role": "img",
        "aria-label": words,
      ]
    ) { html in
      var x = 0
      for part in parts {
        if part.length > 0, part.paint != "none" {
          html.element(
            "rect",
            [
              "class": "fill-\(part.paint)", "x": "\(x)", "y": "0", "width": "\(part.length)",
              "height": "16",
            ], "")
        }
        x += part.length
      }
    }
  }
}
