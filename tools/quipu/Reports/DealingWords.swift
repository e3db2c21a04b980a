internal import Collections
internal import Projections

// By what way people were dealt with: names and definitions.
extension Measure {
  static let selfServicePromises = Measure(
    "selfServicePromises", Text("promises by self-service", "promesas por autoservicio"),
    Text(
      "promises made in the portal or with a machine (channel portal or chatbot, or recorded by the portal or "
        + "a bot), of promises made",
      "promesas hechas en el portal o con una máquina (canal portal o chatbot, o registradas por el portal o "
        + "un bot), de las promesas hechas"))

  static let callPromises = Measure(
    "callPromises", Text("promises by call", "promesas por llamada"),
    Text(
      "promises made on the channel call and not by self-service, of promises made",
      "promesas hechas por el canal llamada y no por autoservicio, de las promesas hechas"))

  static let selfServicePlans = Measure(
    "selfServicePlans", Text("plans by self-service", "planes por autoservicio"),
    Text(
      "plans recorded by the portal or a bot, of plans agreed; of the others the record tells no channel",
      "planes registrados por el portal o un bot, de los planes acordados; de los demás el registro no dice "
        + "el canal"))

  static let selfServiceMoney = Measure(
    "selfServiceMoney", Text("money by self-service", "dinero por autoservicio"),
    Text(
      "of the payments that cost to collect is of, what counts towards a promise made by self-service, in its "
        + "window and up to its amount; of the rest, what came in while a plan agreed so stood",
      "de los pagos del costo de cobranza, lo que cuenta para una promesa hecha por autoservicio, en su plazo "
        + "y hasta su monto; del resto, lo ingresado mientras regía un plan acordado así"))

  static let callMoney = Measure(
    "callMoney", Text("money by call", "dinero por llamada"),
    Text(
      "of the same payments, what counts towards a promise made by call, in its window and up to its amount",
      "de los mismos pagos, lo que cuenta para una promesa hecha por llamada, en su plazo y hasta su monto"
    ))

  static let complaintRate = Measure(
    "complaints", Text("complaints", "reclamos"),
    Text(
      "complaints filed, of the accounts on the last day",
      "reclamos presentados, de las cuentas del último día"))

  static let optOutRate = Measure(
    "optOuts", Text("opt-outs", "bajas"),
    Text(
      "channels refused and wishes for no contact, of the accounts on the last day; what a person tells of "
        + "herself counts in the group of her first account",
      "canales rechazados y pedidos de no ser contactado, de las cuentas del último día; lo que alguien dice "
        + "de sí mismo cuenta en el grupo de su primera cuenta"))

  static let answers = Measure(
    "channels", Text("answered", "respondidos"),
    Text(
      "contacts that went out in the time and in which the person was reached or replied by the last day, of "
        + "contacts that went out; begun by her: she wrote, called or looked in, unasked",
      "contactos salientes del lapso en que se habló con la persona o ella respondió hasta el último día, de "
        + "los contactos salientes; iniciados por ella: escribió, llamó o entró por su cuenta"))

  static let waits = Measure(
    "waits", Text("time to a person", "tiempo hasta una persona"),
    Text(
      "from a hand-over, hardship or complaint that no person took down to the first thing recorded that a "
        + "person did for her (call, visit, talk, agreement, review, answer, relief, hold), by the times of "
        + "recording; half of those that ended did within the median, nine in ten within the last figure",
      "desde una derivación, dificultad o reclamo que no recibió una persona hasta lo primero registrado que "
        + "una persona hizo por ella (llamada, visita, conversación, acuerdo, revisión, respuesta, alivio, "
        + "retención), según las horas de registro; la mitad de los terminados lo hizo dentro de la mediana, "
        + "nueve de cada diez dentro de la última cifra"))

  static let dealings = [
    selfServicePromises, callPromises, selfServicePlans, selfServiceMoney, callMoney, complaintRate,
    optOutRate, answers, waits,
  ]
}

extension PortfolioReport.Group {
  /// The rates that tell by what way people were dealt with, in the order in which they are shown.
  var dealingRates: [(measure: Measure, share: Share, isMoney: Bool)] {
    [
      (.selfServicePromises, dealings.promiseShare(.selfService), false),
      (.callPromises, dealings.promiseShare(.call), false),
      (.selfServicePlans, dealings.planShare(.selfService), false),
      (.selfServiceMoney, dealings.moneyShare(.selfService, of: work.collected), true),
      (.callMoney, dealings.moneyShare(.call, of: work.collected), true),
      (.complaintRate, dealings.complaintRate, false), (.optOutRate, dealings.optOutRate, false),
    ]
  }
}

extension WaitReason {
  /// What is waited for after, in words, and its member in JSON.
  var text: Text {
    switch self {
    case .handOver: Text("hand-over", "derivación")
    case .hardship: Text("hardship", "dificultad")
    case .complaint: Text("complaint", "reclamo")
    case .dispute: Text("dispute", "objeción")
    case .payment: Text("payment told of", "pago avisado")
    }
  }
  var key: String { "\(self)" }
}

extension DealingReport {
  /// The channels of which there is anything to tell.
  var usedChannels: [(channel: ContactChannel, figures: Channel)] {
    ContactChannel.allCases.compactMap { channel in
      let figures = channels[Int(channel.rawValue)]
      return figures == Channel() ? nil : (channel, figures)
    }
  }

  /// The reasons anybody waited for.
  var usedWaits: [(reason: WaitReason, wait: Wait)] {
    Self.reasons.compactMap { reason in
      let wait = waits[reason.rawValue]
      return wait.begun == 0 ? nil : (reason, wait)
    }
  }
}

extension DealingReport.Wait {
  /// Half of those that ended did within so many minutes, nine in ten within so many.
  var median: Int64? { minutes(within: 5_000) }
  var ninetieth: Int64? { minutes(within: 9_000) }

  /// `1 d 02:03`, or a dash for no time.
  static func text(_ minutes: Int64?) -> String {
    guard let minutes else { return "–" }
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let days = minutes / 1_440
    return (days > 0 ? "\(days) d " : "") + "\(two(minutes % 1_440 / 60)):\(two(minutes % 60))"
  }
}
