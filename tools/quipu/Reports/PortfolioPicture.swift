internal import Collections
internal import Projections

/// Days past due and vintages as an SVG picture: whole numbers of a coordinate system of its own, no
/// script, no font of its own, a title and a description for those who do not see it, and every figure
/// as text beside its shape.
struct PortfolioPicture {
  private let aging: AgingReport
  private let report: PortfolioReport
  private let grouping: AgingReport.Grouping
  private let language: Language

  private static let width = 1120
  private static let panelHeight = 400
  private static let top = 76
  /// The most groups that have a panel, and the most vintages that have a curve.
  private static let mostPanels = 8
  private static let mostCurves = 12

  /// From not past due to the longest.
  private static let bars = [
    "#2f7f86", "#5b9a78", "#a3ad5c", "#d8b44c", "#e0974a", "#d0733f", "#b64f3c", "#8f2f39",
  ]
  /// From the oldest vintage to the newest.
  private static let curves = ["#1f3a5f", "#2f7f86", "#b64f3c", "#7a5c99", "#6b7a1f", "#c07a1a"]
  private static let ink = "#1d2733"
  private static let faint = "#5a6673"
  private static let line = "#d5dbe1"

  init(
    _ aging: AgingReport, _ report: PortfolioReport, _ grouping: AgingReport.Grouping,
    _ language: Language
  ) {
    self.aging = aging
    self.report = report
    self.grouping = grouping
    self.language = language
  }

  /// The picture. O(groups × (buckets + vintages × months)).
  func svg(on day: CivilDate, knownAt size: Int64) -> [UInt8] {
    let panels = aging.groups.prefix(Self.mostPanels)
    let height = Self.top + max(1, panels.count) * Self.panelHeight
    let title = Text("Portfolio on \(day.text)", "Cartera al \(day.text)")[language]
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" width="\(Self.width)" \
      height="\(height)" role="img" aria-labelledby="title desc" lang="\(language.rawValue)" \
      font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">
      <title id="title">\(title)</title>
      <desc id="desc">\(Self.escaped(description(day)))</desc>
      <rect width="\(Self.width)" height="\(height)" fill="#ffffff"/>

      """
    out += text(title, 32, 40, size: 22, weight: 600)
    out += text(asOf(day, knownAt: size)[language], 32, 62, size: 13, fill: Self.faint)
    for (place, group) in panels.enumerated() {
      let top = Self.top + place * Self.panelHeight
      let name = ([group.currency.code] + (grouping == .none ? [] : [group.name]))
        .joined(separator: " · ")
      out += agingPanel(group, name, at: top)
      let measured = report.groups.first {
        $0.currency == group.currency && $0.name == group.name
      }
      if let measured { out += vintagePanel(measured, at: top) }
    }
    let hidden = aging.groups.count - panels.count
    if hidden > 0 {
      let more = Text(
        "\(hidden) more groups are not drawn", "no se dibujan otros \(hidden) grupos")
      out += text(more[language], Self.width - 32, 40, size: 13, fill: Self.faint, anchor: "end")
    }
    if panels.isEmpty {
      let nothing = Text("no account is open", "no hay cuentas abiertas")[language]
      out += text(nothing, 32, Self.top + 40, size: 14)
    }
    return Array((out + "</svg>\n").utf8)
  }

  /// In words what the picture shows.
  private func description(_ day: CivilDate) -> String {
    let parts = aging.groups.prefix(Self.mostPanels).map { group -> String in
      let digits = group.currency.minorDigits
      let buckets = AgingBucket.allCases.compactMap { bucket -> String? in
        let cell = group.buckets[Int(bucket.rawValue)]
        guard cell.accounts > 0 else { return nil }
        return "\(bucket.name): \(amountText(cell.outstanding, digits: digits))"
      }
      return "\(group.currency.code) \(group.name): " + buckets.joined(separator: ", ")
    }
    let head = Text(
      "What accounts owe by days past due, and what the accounts of each month have paid since.",
      "Lo que deben las cuentas según días de atraso, y lo pagado por las cuentas de cada mes.")
    return ([head[language]] + parts).joined(separator: " ")
  }

  private func agingPanel(_ group: AgingReport.Group, _ name: String, at top: Int) -> String {
    let heading = Text("outstanding by days past due", "saldo según días de atraso")[language]
    var out = text("\(name): \(heading)", 32, top + 30, size: 15, weight: 600)
    let most = group.buckets.map(\.outstanding).max() ?? 0
    let (left, room) = (112, 270)
    for bucket in AgingBucket.allCases {
      let place = Int(bucket.rawValue)
      let cell = group.buckets[place]
      let y = top + 52 + place * 38
      let length = most > 0 ? Int(Int128(cell.outstanding) * Int128(room) / Int128(most)) : 0
      out += text(bucket.name, left - 12, y + 18, size: 13, anchor: "end")
      out +=
        "<rect x=\"\(left)\" y=\"\(y)\" width=\"\(max(length, cell.accounts > 0 ? 2 : 0))\" "
        + "height=\"26\" rx=\"2\" fill=\"\(Self.bars[place])\"/>\n"
      guard cell.accounts > 0 else { continue }
      let amount = amountText(cell.outstanding, digits: group.currency.minorDigits)
      let accounts = counted(
        cell.accounts, Text("account", "cuenta"), Text("accounts", "cuentas"))[language]
      out += text(amount, left + length + 8, y + 12, size: 13)
      out += text(accounts, left + length + 8, y + 26, size: 11, fill: Self.faint)
    }
    return out
  }

  private func vintagePanel(_ group: PortfolioReport.Group, at top: Int) -> String {
    let heading = Text(
      "paid of what accounts were opened with, by months since",
      "pagado de lo que tenían al abrirse, por meses transcurridos")[language]
    var out = text(heading, 540, top + 30, size: 15, weight: 600)
    let shown = shown(group.vintages)
    let months = max(1, shown.map { $0.curve.count - 1 }.max() ?? 1)
    let points = shown.flatMap { vintage in
      vintage.curve.indices.compactMap { vintage.liquidation(after: $0)?.basisPoints }
    }
    let most = max(1_000, ((points.max() ?? 0) + 999) / 1_000 * 1_000)
    let (left, right, base, ceiling) = (590, 1_036, top + 340, top + 60)
    func x(_ month: Int) -> Int { left + (right - left) * month / months }
    func y(_ points: Int64) -> Int { base - Int(Int64(base - ceiling) * points / most) }
    for step in 0...4 {
      let level = most * Int64(step) / 4
      out +=
        "<line x1=\"\(left)\" y1=\"\(y(level))\" x2=\"\(right)\" y2=\"\(y(level))\" "
        + "stroke=\"\(Self.line)\"/>\n"
      let label = level % 100 == 0 ? "\(level / 100) %" : "\(level / 100).\(level % 100 / 10) %"
      out += text(label, left - 8, y(level) + 4, size: 12, fill: Self.faint, anchor: "end")
    }
    let stride = max(1, (months + 11) / 12)
    for month in Swift.stride(from: 0, through: months, by: stride) {
      out += text("\(month)", x(month), base + 20, size: 12, fill: Self.faint, anchor: "middle")
    }
    let axis = Text("months since opening or placement", "meses desde apertura o asignación")
    out += text(
      axis[language], (left + right) / 2, base + 40, size: 12, fill: Self.faint, anchor: "middle")
    var labels: [(x: Int, y: Int)] = []
    var names = ""
    for (place, vintage) in shown.enumerated() {
      let colour = Self.curves[place % Self.curves.count]
      let places = vintage.curve.indices.map { month in
        (x(month), y(vintage.liquidation(after: month)?.basisPoints ?? 0))
      }
      guard let end = places.last else { continue }
      let path = places.map { "\($0.0),\($0.1)" }.joined(separator: " ")
      out +=
        "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" "
        + "stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n"
      out += "<circle cx=\"\(end.0)\" cy=\"\(end.1)\" r=\"3\" fill=\"\(colour)\"/>\n"
      // Labels that would lie on each other move down.
      var labelY = end.1 + 4
      while labels.contains(where: { abs($0.x - end.0) < 56 && abs($0.y - labelY) < 13 }) {
        labelY += 1
      }
      labels.append((end.0, labelY))
      names += text(
        vintage.name, end.0 + 7, labelY, size: 12, weight: 600, fill: colour, hasHalo: true)
    }
    // Above every curve, each on a ground of its own.
    out += names
    if shown.isEmpty {
      let none = Text("no month is over yet", "aún no termina ningún mes")
      out += text(none[language], left + 8, ceiling + 24, size: 13, fill: Self.faint)
    }
    return out
  }

  /// The vintages with anything to draw, evenly thinned out where there are many.
  private func shown(_ vintages: [VintageReport]) -> [VintageReport] {
    let drawn = vintages.filter { !$0.curve.isEmpty && $0.opened > 0 }
    guard drawn.count > Self.mostCurves else { return drawn }
    return (0..<Self.mostCurves).map { drawn[$0 * (drawn.count - 1) / (Self.mostCurves - 1)] }
  }

  private func text(
    _ text: String, _ x: Int, _ y: Int, size: Int, weight: Int = 400,
    fill: String = PortfolioPicture.ink, anchor: String = "start", hasHalo: Bool = false
  ) -> String {
    let halo = " stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\""
    return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
      + "fill=\"\(fill)\" text-anchor=\"\(anchor)\"\(hasHalo ? halo : "")>"
      + "\(Self.escaped(text))</text>\n"
  }

  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    XES.escape(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
