internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One account's own events, and the pair of moments its page is asked for: by date and number, or by two
/// sliders.
///
/// One slider goes through the days of the account, the other through its own events: from one place to
/// the next, one more of them is known. A form sends a slider's place with the place it stood at, so that
/// it is told whether it was moved; a field that stands beside it says the same otherwise.
struct AccountMoments {
  let moment: Moment
  /// The account's own events, ascending.
  let events: [Own]
  /// The first and the last day of the slider of days.
  let days: ClosedRange<Int32>
  /// Whether a slider was moved: the page's address is then to be that of the moments.
  let isMoved: Bool

  /// What is to be known of one of the account's events before it is shown.
  struct Own {
    var seq: Int64
    /// When it was recorded, and the day it takes effect.
    var at: String
    var effective: CivilDate
    var type: EventType?
  }

  /// Reads what a request asks for.
  init(_ exchange: Exchange, _ lines: [[UInt8]], openedOn: CivilDate) throws {
    var events: [Own] = []
    var latest = exchange.service.books.today
    for line in lines {
      let envelope = try EventEnvelope(parsing: line.span)
      let day = CivilDate(parsing: line.span, envelope.effective) ?? openedOn
      events.append(
        Own(
          seq: envelope.seq, at: String(decoding: line[envelope.at], as: UTF8.self),
          effective: day, type: EventType(named: line.span, envelope.type)))
      latest = max(latest, day)
    }
    self.events = events
    days = min(openedOn, latest).days...latest.days
    var asked = try exchange.pageMoment()
    var isMoved = false
    func number(_ name: String) -> Int64? { exchange.request.parameter(name).flatMap { Int64($0) } }
    if let day = number("day"), day != number("dayWas"), let whole = Int32(exactly: day),
      days.contains(whole)
    {
      asked = Moment(on: CivilDate(days: whole), size: asked.size)
      isMoved = true
    }
    if let place = number("place"), place != number("placeWas"),
      (1...Int64(events.count)).contains(place)
    {
      // At the end of the slider all there is is known, not only the account's own last event.
      let size =
        place == events.count ? exchange.service.books.size : events[Int(place) - 1].seq + 1
      asked = Moment(on: asked.on, size: size)
      isMoved = true
    }
    moment = asked
    self.isMoved = isMoved
  }

  /// How many of the account's own events are known, at least 1.
  var place: Int { max(1, events.count { $0.seq < moment.size }) }

  /// The day on the slider that is nearest to the one asked for.
  var day: Int32 { min(max(moment.on.days, days.lowerBound), days.upperBound) }
}

extension AccountMoments {
  /// Writes the form: two sliders, and the fields that say the same exactly.
  func write(_ exchange: Exchange, _ path: String, _ html: inout HTMLWriter) {
    html.element(
      "form",
      [
        "method": "get", "action": path, "class": "ask moments",
        "aria-label": exchange.say("Two moments", "Dos momentos"),
      ]
    ) { html in
      writeDay(exchange, &html)
      writePlace(exchange, &html)
      html.element("div", ["class": "field"]) {
        $0.element("button", [:], exchange.say("Show", "Mostrar"))
      }
    }
  }

  private func writeDay(_ exchange: Exchange, _ html: inout HTMLWriter) {
    html.element("fieldset") { html in
      html.element("legend", exchange.say("Effective on", "Vigente al"))
      html.element("output", ["for": "f-day f-on"], moment.on.text)
      html.slider(
        "day", exchange.say("Day, as a slider", "Día, con deslizador"),
        Int64(days.lowerBound)...Int64(days.upperBound), Int64(day),
        says: CivilDate(days: day).text)
      html.element("div", ["class": "ends", "aria-hidden": "true"]) { html in
        html.element("span", CivilDate(days: days.lowerBound).text)
        html.element("span", CivilDate(days: days.upperBound).text)
      }
      html.field(
        "on", exchange.say("or exactly", "o exactamente"), type: "date", value: moment.on.text)
    }
  }

  private func writePlace(_ exchange: Exchange, _ html: inout HTMLWriter) {
    let last = events[place - 1]
    html.element("fieldset") { html in
      html.element("legend", exchange.say("Known at", "Conocido a"))
      html.element(
        "output", ["for": "f-place f-knownAt"],
        exchange.say(
          "\(grouped(moment.size)) events", "\(grouped(moment.size)) eventos"))
      html.slider(
        "place", exchange.say("Own events known, as a slider", "Eventos propios, con deslizador"),
        1...Int64(max(1, events.count)), Int64(place),
        says: exchange.say(
          "\(place) of \(events.count) events of this account",
          "\(place) de \(events.count) eventos de esta cuenta"))
      html.element("div", ["class": "ends"]) { html in
        html.element(
          "span",
          exchange.say(
            "\(place) of its \(events.count) events; the last, #\(last.seq), recorded "
              + exchange.local(last.at),
            "\(place) de sus \(events.count) eventos; el último, #\(last.seq), registrado el "
              + exchange.local(last.at)))
      }
      html.field(
        "knownAt",
        exchange.say("or exactly: events or an instant", "o exactamente: eventos o instante"),
        type: "text", value: "\(moment.size)",
        [("autocomplete", "off"), ("spellcheck", "false"), ("size", "24")])
    }
  }
}

extension HTMLWriter {
  /// A slider over whole numbers, and where it stands, so that it is told whether it was moved.
  mutating func slider(
    _ name: String, _ label: String, _ range: ClosedRange<Int64>, _ value: Int64,
    says words: String
  ) {
    void(
      "input",
      [
        "type": "range", "id": "f-\(name)", "name": name, "min": "\(range.lowerBound)",
        "max": "\(range.upperBound)", "step": "1", "value": "\(value)", "aria-label": label,
        "aria-valuetext": words,
      ])
    hidden("\(name)Was", "\(value)")
  }
}
