internal import CanonicalJSON
internal import Collections

/// That a person is to go on where the portal comes to its end: `BotHandedOff`, by which she is among those who
/// wait (`quipu waiting`), and what she wants to say.
enum PersonForm {
  static let form = PortalForm(
    path: "/accounts/{n}/person", name: "Person",
    doc: Text("ask for a person", "pedir una persona"),
    page: { try page($0) }, act: { try act($0) })

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    _ = try occasion.account()
    return try occasion.page(
      Text("Talk to a person", "Hablar con una persona"),
      lead: Text(
        "Somebody of ours looks at your case and gets in touch with you.",
        "Alguien de los nuestros mira su caso y se comunica con usted.")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/person", occasion.visit,
        occasion.say("Ask for a person", "Pedir una persona")
      ) { html in
        occasion.words(
          &html, "words", occasion.say("In your words (optional)", "En sus palabras (opcional)"))
      }
    }
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.account()
    return PortalAct(
      drafts: [
        occasion.draft(
          .botHandedOff, on: account, ["reason": .string("asked for a person in the portal")])
      ] + occasion.message("words", on: account),
      what: Text("You asked for a person.", "Pidió hablar con una persona."),
      whatFollows: [
        Text(
          "You are on the list of those a person sees to. If you cannot wait, write or call us.",
          "Está en la lista de quienes atiende una persona. Si no puede esperar, escríbanos o llámenos."
        )
      ])
  }
}
