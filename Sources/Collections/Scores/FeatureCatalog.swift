/// The features there are: one line each.
package enum FeatureCatalog {
  static let definitions: [Feature.Definition] =
    debt + payments + promises + history + contacts

  /// Their places by name.
  static let places: [String: UInt8] = Dictionary(
    uniqueKeysWithValues: definitions.enumerated().map { ($1.name, UInt8($0)) })

  /// The spans of days that payments are counted over.
  static let paymentSpans = [30, 90, 180]
  /// The spans of days that contacts are counted over.
  package static let contactSpans = [30, 90]

  private static let debt: [Feature.Definition] = [
    .init(
      "daysPastDue", .days, "days past due on the day", "días de atraso en la fecha"),
    .init(
      "worstDaysPastDue12m", .days,
      "the most days past due at the end of any of the 365 days up to the day, by the history as it stands on the day",
      "el mayor atraso al cierre de alguno de los 365 días hasta la fecha, según la historia tal como está en la fecha"
    ),
    .init(
      "monthsLate12m", .count,
      "how many of the 12 days 0, 30, … 330 days back ended past due, by the history as it stands on the day",
      "en cuántas de las 12 fechas de hace 0, 30, … 330 días había atraso al cierre, según la historia tal como está en la fecha"
    ),
    .init(
      "meanDaysPastDue12m", .days,
      "the mean of the days past due at the end of those 12 days on which there was the account, rounded down",
      "el promedio de los días de atraso al cierre de esas 12 fechas en que la cuenta existía, redondeado hacia abajo"
    ),
    .init(
      "outstanding", .money, "what is owed on the day, accrual included",
      "lo que se debe en la fecha, con lo devengado"),
    .init(
      "meanOutstanding12m", .money,
      "the mean of what was owed at the end of those 12 days on which there was the account, rounded down",
      "el promedio de lo que se debía al cierre de esas 12 fechas en que la cuenta existía, redondeado hacia abajo"
    ),
    .init(
      "overdueShareBp", .basisPoints,
      "the part of what is owed that fell due before the day; missing if nothing is owed",
      "la parte vencida de lo que se debe; falta si no se debe nada"),
    .init(
      "creditLimit", .money, "the limit of a revolving credit; missing without one",
      "la línea de un crédito revolvente; falta si no la hay"),
    .init(
      "limitUseBp", .basisPoints,
      "what is owed as a part of the limit, at most 100,000; missing without a limit above 0",
      "lo que se debe como parte de la línea, a lo más 100 000; falta sin línea mayor que 0"),
    .init(
      "debtAgeDays", .days, "days since the account was opened", "días desde la apertura"),
    .init(
      "product", .category, "what was lent, sold or imposed", "qué se prestó, vendió o impuso",
      categories: Product.allCases.map { "\($0)" }),
    .init(
      "amountBand", .band,
      "the size of the first debt: 0 for nothing, else the number of its decimal digits in minor units",
      "el tamaño de la deuda inicial: 0 si no hay, si no sus cifras decimales en unidades menores"),
  ]

  private static let payments: [Feature.Definition] =
    [
      .init(
        "daysSincePayment", .days, "days since the last payment; missing without one",
        "días desde el último pago; falta si no hay")
    ]
    + paymentSpans.flatMap { days -> [Feature.Definition] in
      [
        .init(
          "payments\(days)d", .count, "payments in the last \(days) days, the day included",
          "pagos en los últimos \(days) días, incluida la fecha"),
        .init(
          "paid\(days)d", .money,
          "paid in the last \(days) days, the day included, less charged back",
          "lo pagado en los últimos \(days) días, incluida la fecha, menos lo contracargado"),
        .init(
          "paidShare\(days)dBp", .basisPoints,
          "paid in the last \(days) days less charged back, as a part of that and what is still owed; missing if both are 0",
          "lo pagado en los últimos \(days) días menos lo contracargado, como parte de ello y de lo que aún se debe; falta si ambos son 0"
        ),
      ]
    }

  private static let promises: [Feature.Definition] = [
    .init("promisesKept", .count, "promises kept so far", "promesas cumplidas"),
    .init("promisesBroken", .count, "promises broken so far", "promesas incumplidas"),
    .init(
      "promisesKeptShareBp", .basisPoints,
      "promises kept as a part of those kept or broken; missing without any",
      "promesas cumplidas como parte de las cumplidas o incumplidas; falta si no hay"),
    .init(
      "promiseOpen", .flag, "whether a promise is open on the day",
      "si hay una promesa vigente en la fecha"),
  ]

  private static let history: [Feature.Definition] = [
    .init(
      "disputes", .count, "disputes opened so far, over the account or by the debtor over all",
      "disputas iniciadas hasta la fecha, sobre la cuenta o del deudor sobre todas"),
    .init(
      "disputeOpen", .flag, "whether a dispute is open on the day",
      "si hay una disputa abierta en la fecha"),
    .init("plansAgreed", .count, "plans agreed so far", "planes acordados hasta la fecha"),
    .init(
      "plansDefaulted", .count, "plans in default so far", "planes incumplidos hasta la fecha"),
  ]

  /// The channels counted apart, and all of them together as `any`.
  package static let channels = ["any"] + ContactChannel.allCases.map { "\($0)" }

  /// How a channel is told of in English and in Spanish.
  private static func words(of channel: String) -> (english: String, spanish: String) {
    switch channel {
    case "any": ("by any channel", "por cualquier canal")
    case "call": ("by telephone", "por teléfono")
    case "whatsapp": ("by WhatsApp", "por WhatsApp")
    case "sms": ("by SMS", "por SMS")
    case "email": ("by e-mail", "por correo electrónico")
    case "letter": ("by letter", "por carta")
    case "visit": ("by a visit", "por visita")
    case "portal": ("by the portal", "por el portal")
    case "push": ("by push message", "por notificación push")
    default: ("by \(channel)", "por \(channel)")
    }
  }

  /// Contacts on the account. Each event counts on its own day; deliveries, and what reached the person, go
  /// by the attempt of the same contact recorded last before them. A message within a contact that the
  /// person began counts with it, and so does a visit of the portal on a day with a contact she began there.
  private static let contacts: [Feature.Definition] =
    [
      .init(
        "daysSinceInbound", .days,
        "days since the person last called, wrote or looked in; missing if never",
        "días desde que la persona llamó, escribió o ingresó; falta si nunca"),
      .init(
        "bestHourBand", .band,
        "the three local hours (0: from 0 to 3, … 7: from 21 to 24) with the most right-party contacts in 180 days, the earliest of equals; missing without any",
        "las tres horas locales (0: de 0 a 3, … 7: de 21 a 24) con más contactos con el titular en 180 días, las primeras si empatan; falta si no hay"
      ),
    ]
    + contactSpans.flatMap { days in
      channels.flatMap { channel -> [Feature.Definition] in
        let (english, spanish) = words(of: channel)
        return [
          .init(
            "attempts.\(channel).\(days)d", .count,
            "outbound contacts tried \(english) in the last \(days) days",
            "contactos salientes intentados \(spanish) en los últimos \(days) días"),
          .init(
            "deliveries.\(channel).\(days)d", .count,
            "outbound contacts delivered \(english) in the last \(days) days",
            "contactos salientes entregados \(spanish) en los últimos \(days) días"),
          .init(
            "rightParty.\(channel).\(days)d", .count,
            "outbound contacts that reached the person \(english) in the last \(days) days",
            "contactos salientes que llegaron al titular \(spanish) en los últimos \(days) días"),
          .init(
            "answers.\(channel).\(days)d", .count,
            "contacts the person began or messages she wrote \(english) in the last \(days) days",
            "contactos que inició o mensajes que escribió la persona \(spanish) en los últimos \(days) días"
          ),
        ]
      }
    }
}
