internal import Collections
internal import EventStore
internal import Ledger

// Forms, and what pages have in common.
extension HTMLWriter {
  /// A form that asks this page again.
  mutating func ask(
    _ path: String, _ label: String, _ button: String, _ fields: (inout HTMLWriter) -> Void
  ) {
    element("form", ["method": "get", "action": path, "class": "ask", "aria-label": label]) {
      html in
      fields(&html)
      html.element("div", ["class": "field"]) { $0.element("button", [:], button) }
    }
  }

  /// A field with its label above; `hint` stands below it.
  mutating func field(
    _ name: String, _ label: String, type: String, value: String, hint: String = "",
    _ more: [(String, String)] = []
  ) {
    element("div", ["class": "field"]) { html in
      html.element("label", ["for": "f-\(name)"], label)
      var attributes: Attributes = [
        "id": "f-\(name)", "name": name, "type": type, "value": value,
      ]
      for (name, value) in more { attributes = attributes.adding(name, value) }
      if !hint.isEmpty { attributes = attributes.adding("aria-describedby", "h-\(name)") }
      html.void("input", attributes)
      if !hint.isEmpty { html.element("small", ["id": "h-\(name)"], hint) }
    }
  }

  /// A choice of one, with its label above.
  mutating func choice(
    _ name: String, _ label: String, _ options: [(value: String, title: String)], chosen: String
  ) {
    element("div", ["class": "field"]) { html in
      html.element("label", ["for": "f-\(name)"], label)
      html.element("select", ["id": "f-\(name)", "name": name]) { html in
        for option in options {
          let attributes: Attributes = ["value": option.value]
          html.element(
            "option", attributes.adding("selected", option.value == chosen ? "selected" : nil),
            option.title)
        }
      }
    }
  }

  /// A value that goes along unseen.
  mutating func hidden(_ name: String, _ value: String) {
    void("input", ["type": "hidden", "name": name, "value": value])
  }

  /// A part of a page with a heading, and what it says in a line.
  mutating func part(
    _ id: String, _ title: String, _ note: String = "", _ body: (inout HTMLWriter) -> Void
  ) {
    element("section", ["aria-labelledby": id]) { html in
      html.element("h2", ["id": id], title)
      if !note.isEmpty { html.paragraph(note, isNote: true) }
      body(&html)
    }
  }

  /// A table that scrolls within itself where the page is too narrow for it.
  mutating func wideTable(
    _ caption: String, heads: [String], numbers: Set<Int> = [], rows: [[Cell]]
  ) {
    element(
      "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": caption]
    ) {
      $0.table(caption, isHeard: true, heads: heads, numbers: numbers, rows: rows)
    }
  }

  /// The few figures a page begins with, each with what it is.
  mutating func tiles(_ tiles: [(name: String, value: String, note: String)]) {
    element("dl", ["class": "tiles"]) { html in
      for tile in tiles {
        html.element("div") { html in
          html.element("dt", tile.name)
          html.element("dd") { html in
            html.element("strong") { html in
              // A currency before its amount is set small, so that the amount keeps to its line.
              let parts = tile.value.split(separator: " ", maxSplits: 1)
              if parts.count == 2, parts[0].count == 3, parts[0].allSatisfy(\.isUppercase) {
                html.element("span", ["class": "code"], String(parts[0]))
                html.words(String(parts[1]))
              } else {
                html.words(tile.value)
              }
            }
            if !tile.note.isEmpty { html.element("small", tile.note) }
          }
        }
      }
    }
  }

  /// What stands where there is nothing to show.
  mutating func nothing(_ words: String) { element("p", ["class": "empty"]) { $0.prose(words) } }

  /// What a reader is to see before anything else.
  mutating func notice(_ words: String, isBad: Bool = false) {
    element("p", ["class": isBad ? "notice bad" : "notice", "role": "status"]) { $0.prose(words) }
  }
}

extension Exchange {
  /// A text in the reader's language.
  func say(_ english: String, _ spanish: String) -> String { Text(english, spanish)[language] }

  /// The pair of moments a page is asked for; a field left empty asks for nothing.
  func pageMoment() throws -> Moment {
    var copy = self
    copy.request.query = request.query.filter { !$0.value.isEmpty }
    return try copy.moment()
  }

  /// What a page holds for: `as of 2026-03-02, from 84,021 events`.
  func stand(_ moment: Moment) -> String {
    let events = countedEvents(moment.size)
    return say(
      "As of \(moment.on.text), from \(events.english).",
      "Al \(moment.on.text), a partir de \(events.spanish).")
  }

  /// A date that a parameter names; nil where it is not given. Throws ``Problem`` 400.
  func pageDate(_ name: String) throws(Problem) -> CivilDate? {
    guard let text = request.parameter(name), !text.isEmpty else { return nil }
    guard let date = CivilDate(text) else {
      throw .badParameter(name, text, Text("a date, YYYY-MM-DD", "una fecha, AAAA-MM-DD"))
    }
    return date
  }

  /// The fields of a form for the pair of moments.
  func momentFields(_ html: inout HTMLWriter, _ moment: Moment) {
    html.field(
      "on", say("Effective on", "Vigente al"), type: "date", value: moment.on.text)
    html.field(
      "knownAt", say("Known at (events or instant)", "Conocido a (eventos o instante)"),
      type: "text", value: request.parameter("knownAt") ?? "",
      [("placeholder", "\(service.books.size)"), ("autocomplete", "off"), ("size", "24")])
  }
}

/// How a figure is to the greatest of its kind, on the scale a bar or a ground is drawn by.
enum Scale {
  /// In thousandths of the greatest; what is there at all is seen.
  static func length(_ part: Int64, of most: Int64) -> Int {
    guard most > 0, part > 0 else { return 0 }
    return max(4, Int(Int128(part) * 1_000 / Int128(most)))
  }

  /// From 0 for nothing to 8 for the greatest.
  static func heat(_ part: Int64, of most: Int64) -> Int {
    guard most > 0, part > 0 else { return 0 }
    return max(1, Int(Int128(part) * 8 / Int128(most)))
  }
}

extension Exchange {
  /// A recorded time where the ledger is kept, as the foot of each page says: `2026-03-02 10:15:04`.
  func local(_ at: String) -> String {
    guard let instant = Instant(at) else { return at }
    let minutes = service.console.offset(at: instant, in: service.books.identity.timeZone)
    let local = Instant(milliseconds: instant.milliseconds + Int64(minutes) * 60_000)
    return String(local.text.prefix(19)).replacing("T", with: " ")
  }
}
