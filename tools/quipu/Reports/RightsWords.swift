internal import Collections

// What rights, requests and their states are called before a reader; JSON keeps the names.

extension DataRight {
  var text: Text {
    switch self {
    case .information: Text("information", "información")
    case .access: Text("access", "acceso")
    case .rectification: Text("rectification", "rectificación")
    case .cancellation: Text("erasure", "cancelación")
    case .opposition: Text("objection", "oposición")
    case .portability: Text("portability", "portabilidad")
    case .objectiveTreatment: Text("objective treatment", "tratamiento objetivo")
    }
  }
}

extension DataRequest.State {
  var text: Text {
    switch self {
    case .open: Text("open", "pendiente")
    case .late: Text("LATE", "VENCIDA")
    case .suspended: Text("suspended", "suspendida")
    case .lapsed: Text("lapsed", "no presentada")
    case .answered: Text("answered", "atendida")
    case .answeredLate: Text("answered late", "atendida tarde")
    }
  }
}

extension DataRequest.Warning {
  /// A sentence, without a full stop.
  func text(_ request: DataRequest) -> Text {
    switch self {
    case .dueOnDiffers:
      Text(
        "request \(request.id) states \(request.statedDueOn.text) as its last day: the law's is counted",
        "la solicitud \(request.id) declara como último día \(request.statedDueOn.text): se cuenta el legal"
      )
    case .askedLate:
      Text(
        "more was asked for too late to suspend request \(request.id)",
        "se pidió más información demasiado tarde para suspender la solicitud \(request.id)")
    case .extensionIneffective:
      Text(
        "an extension of request \(request.id) has no effect: once, within the term, and not for information",
        "una prórroga de la solicitud \(request.id) no surte efecto: una vez, dentro del plazo y no para información"
      )
    case .noTerms:
      Text(
        "the law's terms are not known here: request \(request.id) is held to the day it states",
        "no se conocen los plazos legales: la solicitud \(request.id) se mide por el día que declara"
      )
    }
  }

  /// The stable name of a notice.
  var code: String {
    switch self {
    case .dueOnDiffers: "due_on_differs"
    case .askedLate: "asked_late"
    case .extensionIneffective: "extension_ineffective"
    case .noTerms: "no_terms"
    }
  }
}

extension ContactPointKind {
  var text: Text {
    switch self {
    case .phone: Text("telephone", "teléfono")
    case .mobile: Text("mobile", "celular")
    case .whatsapp: Text(same: "WhatsApp")
    case .email: Text("e-mail", "correo")
    case .address: Text("address", "dirección")
    case .push: Text("app", "aplicación")
    case .other: Text("other", "otro")
    }
  }
}

extension ContactChannel {
  var text: Text {
    switch self {
    case .call: Text("call", "llamada")
    case .whatsapp: Text(same: "WhatsApp")
    case .sms: Text(same: "SMS")
    case .email: Text("e-mail", "correo")
    case .letter: Text("letter", "carta")
    case .visit: Text("visit", "visita")
    case .portal: Text(same: "portal")
    case .chatbot: Text(same: "chatbot")
    case .push: Text("app message", "mensaje de aplicación")
    }
  }
}
