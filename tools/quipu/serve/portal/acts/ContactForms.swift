internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// When and how she wants to be reached.
enum ContactForms {
  static let preference = PortalForm(
    path: "/contact", name: "Preference",
    doc: Text("when and how one wants to be reached", "cuándo y cómo se quiere ser contactado"),
    page: { try preferencePage($0) }, act: { try preferenceAct($0) })

  /// The ways by which she can be reached.
  static let channels = [
    FormChoice("call", "Calls", "Llamadas"), FormChoice("whatsapp", "WhatsApp", "WhatsApp"),
    FormChoice("sms", "SMS", "SMS"), FormChoice("email", "E-mail", "Correo electrónico"),
    FormChoice("letter", "Letters", "Cartas"), FormChoice("visit", "Visits", "Visitas"),
  ]

  private static let times = stride(from: 7, through: 20, by: 1).map { hour in
    FormChoice(
      hour < 10 ? "0\(hour):00" : "\(hour):00", "\(hour):00", "\(hour):00")
  }

  private static let weekdays = [
    FormChoice("all", "Any day", "Cualquier día"),
    FormChoice("week", "Monday to Friday", "De lunes a viernes"),
    FormChoice("weekend", "Saturday and Sunday", "Sábado y domingo"),
  ]

  private static func preferencePage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    try occasion.page(
      Text("How to reach me", "Cómo contactarme"),
      lead: Text(
        "Choose a way and the hours that suit you: we keep to them.",
        "Elija un medio y las horas que le acomodan: las respetamos.")
    ) { html in
      writeWishes(occasion, &html)
      try html.act("/contact", occasion.visit, occasion.say("Keep it", "Guardar")) { html in
        occasion.choice(
          &html, "channel", occasion.say("By which way?", "¿Por qué medio?"), channels)
        occasion.choice(
          &html, "days", occasion.say("On which days?", "¿Qué días?"), weekdays, standard: "all")
        for (name, label, standard) in [
          ("from", occasion.say("From", "Desde las"), "09:00"),
          ("to", occasion.say("Until", "Hasta las"), "18:00"),
        ] {
          let chosen = occasion.fields[name]
          html.choice(
            name, label, times.map { ($0.value, $0.words[occasion.language]) },
            chosen: chosen.isEmpty ? standard : chosen)
        }
      }
      html.element("p") {
        $0.link("/contact/stop", StopForms.words[occasion.language])
      }
    }
  }

  /// The days of a window, in the words of the form where it has some.
  private static func days(of window: ContactWindow) -> Text {
    let value =
      switch (window.on, window.weekdays) {
      case (0, 0x7F): "all"
      case (0, 0x1F): "week"
      case (0, 0x60): "weekend"
      default: ""
      }
    return weekdays.first { $0.value == value }?.words ?? Text(same: window.text)
  }

  /// What she has said before.
  private static func writeWishes(_ occasion: PortalOccasion, _ html: inout HTMLWriter) {
    let person = occasion.visit.person
    var lines = person.preferences.map { wish in
      let hours = wish.windows.map { window in
        "\(days(of: window)[occasion.language]), "
          + "\(timeText(Int(window.from)))–\(timeText(Int(window.to)))"
      }
      return "\(choiceText("\(wish.channel)", occasion.language)): "
        + (hours.isEmpty ? occasion.say("never", "nunca") : hours.joined(separator: ", "))
    }
    lines += (person.optOuts + person.ceaseContact).map { wish in
      let way = wish.channel.map { choiceText("\($0)", occasion.language) }
      return (way ?? occasion.say("everything", "todo")) + ": "
        + occasion.say("not any more", "ya no")
    }
    guard !lines.isEmpty else { return }
    html.element("h2", occasion.say("What you have told us", "Lo que nos ha dicho"))
    html.element("ul") { html in
      for line in lines { html.element("li", line) }
    }
  }

  private static func preferenceAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let channel = try occasion.fields.choice("channel", channels)
    let days = try occasion.fields.choice("days", weekdays)
    let from = try occasion.fields.choice("from", times).value
    let to = try occasion.fields.choice("to", times).value
    guard from < to else {
      throw FormFault(
        "to",
        Text("The end comes before the beginning.", "La hora final es anterior a la inicial."))
    }
    var window = [
      JSONMember(key: "from", value: .string(from)), JSONMember(key: "to", value: .string(to)),
    ]
    let numbers: [Int64]? =
      switch days.value {
      case "week": [1, 2, 3, 4, 5]
      case "weekend": [6, 7]
      default: nil
      }
    if let numbers {
      window.append(JSONMember(key: "days", value: .array(numbers.map { .integer($0) })))
    }
    return PortalAct(
      drafts: [
        occasion.draft(
          .preferenceSet,
          ["channel": .string(channel.value), "windows": .array([JSONValue(members: window)])])
      ],
      what: Text(
        "\(channel.words.english): \(days.words.english), from \(from) to \(to).",
        "\(channel.words.spanish): \(days.words.spanish), de \(from) a \(to)."),
      whatFollows: [
        Text(
          "From now on nobody reaches you this way at other hours.",
          "Desde ahora nadie le contacta por ese medio a otras horas.")
      ])
  }
}
