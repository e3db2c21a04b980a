internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// That she cannot pay, that something is not right, that she was treated badly.
enum TroubleForms {
  static let all = [hardship, dispute, complaint]

  static let hardship = PortalForm(
    path: "/accounts/{n}/hardship", name: "Hardship",
    doc: Text("say that one cannot pay", "decir que no se puede pagar"),
    page: { try hardshipPage($0) }, act: { try hardshipAct($0) })

  static let dispute = PortalForm(
    path: "/accounts/{n}/dispute", name: "Dispute",
    doc: Text("say that a debt is not right", "decir que una deuda no es correcta"),
    page: { try disputePage($0) }, act: { try disputeAct($0) })

  static let complaint = PortalForm(
    path: "/accounts/{n}/complaint", name: "Complaint",
    doc: Text("complain", "reclamar"), page: { try complaintPage($0) },
    act: { try complaintAct($0) })

  private static let kinds = [
    FormChoice("unemployment", "I lost my work", "Perdí mi trabajo"),
    FormChoice("less-income", "I earn less than before", "Gano menos que antes"),
    FormChoice("illness", "Illness, mine or of my family", "Enfermedad, mía o de mi familia"),
    FormChoice("family", "A death or a separation", "Un fallecimiento o una separación"),
    FormChoice("other", "Something else", "Otra cosa"),
  ]

  private static let scopes = [
    FormChoice("amount", "The amount is wrong", "El monto está mal"),
    FormChoice("paid", "I have paid it already", "Ya lo pagué"),
    FormChoice("not-mine", "The debt is not mine", "La deuda no es mía"),
    FormChoice("other", "Something else", "Otra cosa"),
  ]

  /// How long a hardship may be said to last, in days.
  private static let longest = 366

  private static func hardshipPage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    _ = try occasion.account()
    return try occasion.page(
      Text("I cannot pay", "No puedo pagar"),
      lead: Text(
        "Thank you for telling us. Say as much as you want: a person will look for a way with you.",
        "Gracias por decírnoslo. Cuente lo que quiera: una persona buscará una salida con usted.")
    ) { html in
      if occasion.visit.person.hardship != nil {
        html.notice(
          occasion.say(
            "You have told us before; you can tell us more.",
            "Ya nos lo dijo; puede contarnos más."))
      }
      try html.act(
        "\(occasion.accountPath)/hardship", occasion.visit,
        occasion.say("Tell you that I cannot pay", "Avisar que no puedo pagar")
      ) { html in
        occasion.choice(&html, "kind", occasion.say("What happened?", "¿Qué pasó?"), kinds)
        let days = days(occasion)
        occasion.field(
          &html, "to",
          occasion.say("Until when, if you know (optional)", "Hasta cuándo, si lo sabe (opcional)"),
          type: "date", [("min", days.lowerBound.text), ("max", days.upperBound.text)])
        occasion.words(
          &html, "words", occasion.say("In your words (optional)", "En sus palabras (opcional)"))
      }
    }
  }

  private static func days(_ occasion: PortalOccasion) -> ClosedRange<CivilDate> {
    occasion.today...(occasion.today + longest)
  }

  private static func hardshipAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.account()
    let kind = try occasion.fields.choice("kind", kinds)
    var last: CivilDate?
    if !occasion.fields["to"].isEmpty {
      last = try occasion.fields.day("to", in: days(occasion))
    }
    return PortalAct(
      drafts: [
        occasion.draft(
          .hardshipDeclared, on: account,
          [
            "from": .string(occasion.today.text), "kind": .string(kind.value),
            "to": last.map { .string($0.text) },
          ])
      ] + occasion.message("words", on: account),
      what: Text(
        "We have noted that you cannot pay as agreed.",
        "Anotamos que no puede pagar como se acordó."),
      whatFollows: [
        Text(
          "A trained person sees to your case; you need do nothing today.",
          "Una persona capacitada ve su caso; hoy no tiene que hacer nada."),
        Text(
          "Your words are kept under your own key and read by those alone who help you.",
          "Sus palabras se guardan con su propia clave y las lee solo quien le ayuda."),
        Text(
          "If you are in danger or do not feel well, call a person you trust or an emergency line now.",
          "Si está en peligro o no se siente bien, llame ahora a alguien de confianza o a emergencias."
        ),
      ], until: last)
  }

  private static func disputePage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let money = PortalMoney(try occasion.visit.report(try occasion.account()))
    return try occasion.page(
      Text("This is not right", "Esto no es correcto"),
      lead: Text(
        "Tell us what is wrong. While it is looked into, you are not asked to pay it.",
        "Díganos qué está mal. Mientras se revisa, no se le pide pagarlo.")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/dispute", occasion.visit, occasion.say("Send", "Enviar")
      ) { html in
        occasion.choice(
          &html, "scope", occasion.say("What is not right?", "¿Qué no es correcto?"), scopes)
        occasion.field(
          &html, "amount",
          occasion.say(
            "How much of it is wrong, in \(money.sign) (optional)",
            "Cuánto está mal, en \(money.sign) (opcional)"),
          [("inputmode", "decimal"), ("autocomplete", "off"), ("maxlength", "24")])
        occasion.words(
          &html, "words", occasion.say("In your words (optional)", "En sus palabras (opcional)"))
      }
    }
  }

  private static func disputeAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.account()
    let scope = try occasion.fields.choice("scope", scopes)
    var amount: Int64?
    if !occasion.fields["amount"].isEmpty {
      let report = try occasion.visit.report(account)
      amount = try occasion.fields.amount("amount", in: report.row.currency)
    }
    let id = occasion.id("dispute")
    return PortalAct(
      drafts: [
        occasion.draft(
          .disputeOpened, on: account,
          [
            "amount": amount.map { .integer($0) }, "dispute": .string(id),
            "reason": .string("opened in the portal: \(scope.words.english)"),
            "scope": .string(scope.value),
          ])
      ] + occasion.message("words", on: account),
      what: Text(
        "We have noted that this is not right. Its number is \(id).",
        "Anotamos que esto no es correcto. Su número es \(id)."),
      whatFollows: [
        Text(
          "A person looks into it and answers you; meanwhile you are not asked to pay.",
          "Una persona lo revisa y le responde; mientras tanto no se le pide pagar.")
      ])
  }

  private static func complaintPage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    _ = try occasion.account()
    return try occasion.page(
      Text("I want to complain", "Quiero reclamar"),
      lead: Text(
        "About how you were treated, or about our service.",
        "Sobre cómo fue tratado o sobre nuestro servicio.")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/complaint", occasion.visit,
        occasion.say("Send the complaint", "Enviar el reclamo")
      ) { html in
        occasion.words(&html, "words", occasion.say("What happened?", "¿Qué pasó?"))
      }
    }
  }

  private static func complaintAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.account()
    let message = occasion.message("words", on: account)
    guard !message.isEmpty else {
      throw FormFault("words", Text("Write what happened.", "Escriba qué pasó."))
    }
    let id = occasion.id("complaint")
    return PortalAct(
      drafts: [
        occasion.draft(
          .complaintFiled, on: account,
          ["channel": .string("portal"), "complaint": .string(id)])
      ] + message,
      what: Text(
        "Your complaint is on record. Its number is \(id).",
        "Su reclamo quedó registrado. Su número es \(id)."),
      whatFollows: [
        Text("A person reads it and answers you.", "Una persona lo lee y le responde.")
      ])
  }
}
