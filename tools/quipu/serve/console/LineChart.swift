/// Lines over whole numbers, in a picture that takes its colours from the page: each line has its name at
/// its end, and a table beside the picture has the figures.
struct LineChart {
  /// A line, its points from left to right.
  struct Line {
    var name: String
    /// Places across, and heights in basis points.
    var points: [(x: Int64, y: Int64)]
    /// Whether its points are not joined.
    var isDots = false
    var paint: String?
  }

  var title: String
  /// What the axis across counts.
  var across: String
  var lines: [Line]
  /// Whether both axes go from 0 to 100 %, with the line on which both are the same.
  var isSquare = false

  private static let (left, right, top, bottom) = (64, 880, 14, 250)

  /// Writes the picture. O(points).
  func write(_ html: inout HTMLWriter) {
    let ys = lines.flatMap { $0.points.map(\.y) }
    let xs = lines.flatMap { $0.points.map(\.x) }
    let step: Int64 = (ys.max() ?? 0) > 4_000 ? 2_000 : (ys.max() ?? 0) > 1_000 ? 1_000 : 250
    let most = isSquare ? 10_000 : max(step, ((ys.max() ?? 0) + step - 1) / step * step)
    let last = isSquare ? 10_000 : max(1, xs.max() ?? 1)
    func x(_ value: Int64) -> Int { Self.left + Int(Int64(Self.right - Self.left) * value / last) }
    func y(_ value: Int64) -> Int {
      Self.bottom - Int(Int64(Self.bottom - Self.top) * value / most)
    }
    html.element("div", ["class": "scroll figure"]) { html in
      html.element(
        "svg",
        ["class": "chart", "viewBox": "0 0 1000 300", "role": "img", "aria-label": title]
      ) { html in
        for level in stride(from: Int64(0), through: most, by: Int64.Stride(grid(most))) {
          html.line((Self.left, y(level)), (Self.right, y(level)), "grid")
          html.text("\(level / 100) %", Self.left - 8, y(level) + 4, "t-soft", anchor: "end")
        }
        for value in marks(last) {
          let name = isSquare ? "\(value / 100) %" : "\(value)"
          html.text(name, x(value), Self.bottom + 20, "t-soft", anchor: "middle")
        }
        html.text(
          across, (Self.left + Self.right) / 2, Self.bottom + 42, "t-soft", anchor: "middle")
        if isSquare { html.line((x(0), y(0)), (x(last), y(most)), "axis") }
        var labels: [(x: Int, y: Int)] = []
        for (place, line) in lines.enumerated() {
          let paint = line.paint ?? "p\(place % 6)"
          let places = line.points.map { (x: x($0.x), y: y($0.y)) }
          if !line.isDots {
            html.element(
              "polyline",
              [
                "class": "path line-\(paint)",
                "points": places.map { "\($0.x),\($0.y)" }.joined(separator: " "),
              ], "")
          }
          for point in line.isDots ? places : Array(places.suffix(1)) {
            html.dot(point.x, point.y, 4, paint)
          }
          guard let end = places.last, !line.name.isEmpty else { continue }
          // Names that would lie on each other move down.
          var labelY = end.y + 4
          while labels.contains(where: { abs($0.x - end.x) < 62 && abs($0.y - labelY) < 14 }) {
            labelY += 1
          }
          labels.append((end.x, labelY))
          html.text(line.name, end.x + 9, labelY, "t-strong")
        }
      }
    }
  }

  private func grid(_ most: Int64) -> Int64 { max(1, most / 5) }

  private func marks(_ last: Int64) -> [Int64] {
    let step = isSquare ? 2_000 : max(1, (last + 11) / 12)
    return Array(stride(from: Int64(0), through: last, by: Int64.Stride(step)))
  }
}

// Shapes of pictures, in whole numbers of their own coordinates; colours come from the style sheet.
extension HTMLWriter {
  mutating func line(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ kind: String) {
    element(
      "line",
      [
        "class": kind, "x1": "\(from.x)", "y1": "\(from.y)", "x2": "\(to.x)", "y2": "\(to.y)",
      ], "")
  }

  mutating func text(
    _ words: String, _ x: Int, _ y: Int, _ kind: String = "", anchor: String = "start"
  ) {
    element(
      "text", ["class": kind, "x": "\(x)", "y": "\(y)", "text-anchor": anchor], words)
  }

  mutating func dot(_ x: Int, _ y: Int, _ radius: Int, _ paint: String) {
    element("circle", ["class": "fill-\(paint)", "cx": "\(x)", "cy": "\(y)", "r": "\(radius)"], "")
  }

  mutating func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ paint: String) {
    element(
      "rect",
      [
        "class": "fill-\(paint)", "x": "\(x)", "y": "\(y)", "width": "\(width)",
        "height": "\(height)",
      ], "")
  }

  /// What the paints of a picture mean.
  mutating func legend(_ items: [(paint: String, name: String)]) {
    element("ul", ["class": "legend"]) { html in
      for item in items {
        html.element("li") { html in
          html.element("svg", ["viewBox": "0 0 10 10", "aria-hidden": "true"]) {
            $0.box(0, 0, 10, 10, item.paint)
          }
          html.words(item.name)
        }
      }
    }
  }
}
