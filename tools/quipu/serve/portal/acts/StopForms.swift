internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// That she does not want to be written to or called; what of that holds, since when; and that she allows it
/// again.
///
///     /contact/stop   ChannelOptedOut, CeaseContactRequested
///     /contact/allow  ConsentGranted of purpose `contact`: lifts what was stopped by its channel, or all
enum StopForms {
  static let all = [stop, allow]

  static let stop = PortalForm(
    path: "/contact/stop", name: "Stop",
    doc: Text("not to be written to or called", "no recibir mensajes ni llamadas"),
    page: { try page($0) }, act: { try stopAct($0) })

  static let allow = PortalForm(
    path: "/contact/allow", name: "Allow",
    doc: Text(
      "be written to or called again after all", "volver a recibir mensajes o llamadas"),
    page: { try page($0) }, act: { try allowAct($0) })

  /// What the way to it is called.
  static let words = Text(
    "Stop writing to me, or allow it again", "Dejen de escribirme, o permitirlo de nuevo")

  private static let everything = FormChoice("all", "Everything", "Todo")

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let stopped = Stopped.all(of: occasion.visit.person)
    let isAllStopped = stopped.contains { $0.channel == nil }
    return try occasion.page(
      Text("Stop writing to me", "Dejen de escribirme"),
      lead: isAllStopped
        ? ""
        : Text(
          "It holds from the moment you press the button. What you owe stays as it is.",
          "Vale desde que presiona el botón. Lo que debe queda como está."),
      back: ("/contact", Text("How to reach me", "Cómo contactarme"))
    ) { html in
      try write(stopped, occasion, &html)
      guard !isAllStopped else { return }
      if !stopped.isEmpty {
        html.element("h2", occasion.say("Stop something more", "Detener algo más"))
      }
      let left = ContactForms.channels.filter { choice in
        !stopped.contains { $0.isWhole && $0.value == choice.value }
      }
      try html.act(
        stop.path, occasion.visit, occasion.say("Stop it", "Que paren")
      ) { html in
        occasion.choice(
          &html, "channel", occasion.say("What is to stop?", "¿Qué debe parar?"),
          left + [everything])
      }
    }
  }

  /// What is stopped now, since when, and the way to allow it again.
  private static func write(
    _ stopped: [Stopped], _ occasion: PortalOccasion, _ html: inout HTMLWriter
  ) throws {
    guard !stopped.isEmpty else { return }
    let language = occasion.language
    html.element("h2", occasion.say("What is stopped now", "Lo que está detenido ahora"))
    for one in stopped {
      try html.element("section", ["class": "card"]) { html in
        html.element("strong", one.words[language])
        let (day, seq) = (one.since.spoken(language), grouped(one.seq))
        html.element(
          "small",
          occasion.say(
            "Since \(day), record no. \(seq)", "Desde el \(day), registro n.º \(seq)"))
        guard one.canBeAllowed(among: stopped) else {
          return html.paragraph(
            occasion.say(
              "It stays stopped as long as everything is.",
              "Sigue detenido mientras todo lo esté."), isNote: true)
        }
        html.paragraph(one.consent[language])
        try html.act(
          allow.path, occasion.visit,
          occasion.say(
            "Allow it again: \(one.words.english)", "Permitir de nuevo: \(one.words.spanish)")
        ) { html in html.hidden("allow", one.value) }
      }
    }
  }

  private static func stopAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let channel = try occasion.fields.choice("channel", ContactForms.channels + [everything])
    let isAll = channel.value == everything.value
    let draft =
      isAll
      ? occasion.draft(.ceaseContactRequested, ["reason": .string("asked for in the portal")])
      : occasion.draft(.channelOptedOut, ["channel": .string(channel.value)])
    return PortalAct(
      drafts: [draft],
      what: isAll
        ? Text("Nobody reaches you any more about this.", "Ya nadie le contacta por esto.")
        : Text(
          "This has stopped: \(channel.words.english).",
          "Esto paró: \(channel.words.spanish)."),
      whatFollows: [
        Text(
          "Only what the law makes us tell you may still come. You can come in here whenever you want.",
          "Solo puede llegarle lo que la ley nos obliga a avisarle. Puede entrar aquí cuando quiera."
        ),
        Text(
          "On the same page you can allow it again.",
          "En la misma página puede permitirlo de nuevo."),
      ])
  }

  private static func allowAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let stopped = Stopped.all(of: occasion.visit.person)
    let found = stopped.first {
      $0.value == occasion.fields["allow"] && $0.canBeAllowed(among: stopped)
    }
    guard let found else {
      throw FormFault(
        "",
        Text(
          "That is not stopped now, or only with everything.",
          "Eso no está detenido ahora, o solo junto con todo."))
    }
    let text = found.consent[occasion.language]
    return PortalAct(
      drafts: [
        occasion.draft(
          .consentGranted,
          [
            "channel": found.channel.map { .string("\($0)") },
            "evidence": .string(Digest(hashing: "\(occasion.key)\n\(text)").hex),
            "informedText": .string(Digest(hashing: text).hex), "purpose": .string("contact"),
          ])
      ],
      what: Text(
        "Allowed again: \(found.words.english).", "Permitido de nuevo: \(found.words.spanish)."),
      whatFollows: [
        Text(
          "From now on we may reach you so, within the hours of the law and those you chose.",
          "Desde ahora podemos contactarle así, dentro de las horas de la ley y las que usted eligió."
        ),
        Text(
          "You can stop it again whenever you want.", "Puede volver a detenerlo cuando quiera."),
      ])
  }
}

/// What she stopped by one way, or by every way, and has not allowed again.
private struct Stopped {
  /// Nil for every way.
  let channel: ContactChannel?
  /// Whether all of it is stopped, and not some numbers or addresses alone.
  let isWhole: Bool
  let since: CivilDate
  /// The event that stopped it first.
  let seq: Int64

  /// Everything first, then each channel, the one stopped first before the others.
  static func all(of person: PersonFacts) -> [Stopped] {
    let wishes = (person.optOuts + person.ceaseContact).sorted { ($0.on, $0.seq) < ($1.on, $1.seq) }
    var found: [Stopped] = []
    for wish in wishes where !found.contains(where: { $0.channel == wish.channel }) {
      let same = wishes.filter { $0.channel == wish.channel }
      found.append(
        Stopped(
          channel: wish.channel, isWhole: same.contains { $0.point == nil }, since: wish.on,
          seq: wish.seq))
    }
    return found.filter { $0.channel == nil } + found.filter { $0.channel != nil }
  }

  /// What a form calls it.
  var value: String { channel.map { "\($0)" } ?? "all" }

  var words: Text {
    guard let channel else { return Text("Everything", "Todo") }
    let choice = ContactForms.channels.first { $0.value == value }
    let name =
      choice?.words
      ?? Text(choiceText("\(channel)", .english), choiceText("\(channel)", .spanish))
    return isWhole
      ? name : name + Text(" (some numbers or addresses)", " (algunos números o direcciones)")
  }

  /// Whether allowing it lifts it: what is stopped with everything stays so until everything is allowed.
  func canBeAllowed(among stopped: [Stopped]) -> Bool {
    channel == nil || !stopped.contains { $0.channel == nil }
  }

  /// What she agrees to, whose digest the consent keeps.
  var consent: Text {
    channel == nil
      ? Text(
        "By allowing it you agree to be written to and called about your debt again, by every way, also those "
          + "you stopped one by one.",
        "Al permitirlo, acepta que le volvamos a escribir y llamar por su deuda por cualquier medio, también "
          + "los que detuvo uno por uno.")
      : Text(
        "By allowing it you agree to be reached about your debt in this way again: \(words.english).",
        "Al permitirlo, acepta que le volvamos a contactar por su deuda por este medio: "
          + "\(words.spanish).")
  }
}
