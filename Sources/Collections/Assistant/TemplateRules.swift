internal import CanonicalJSON

/// What no text of the assistant may say, whoever adopts it.
///
/// These are words, so they are strict: a text that says that nobody will be sued is refused too.
enum TemplateRules {
  /// Threats: courts, police, seizure, the credit bureau, last chances (Ley 29571, art. 62).
  private static let threats = patterns([
    "embarg*", "juicio*|juez|juzgado*|tribunal*", "demand*", "denunci*",
    "carcel|preso|presa|prision", "policia*|fiscal|fiscalia", "abogad*", "judicial*",
    "accion*|medida*|proceso* .. legal*", "remat*|desaloj*|decomis*|incaut*",
    "infocorp|sentinel|equifax", "central|centrales de riesgo*", "lista* negra*",
    "perder|perdera|perderas .. casa|vivienda|bienes|sueldo|empleo",
    "consecuencia*", "ultim* aviso|oportunidad|advertencia|plazo", "advert*", "amenaz*",
    "atenga*|atengase", "inmediatamente", "de inmediato", "urgent*", "castig*",
    "sue|sued|suing|lawsuit*|court*|judge*|lawyer*|attorney*|solicitor*|prosecut*",
    "police|jail|prison|arrest*", "garnish*|seiz*|repossess*|evict*|foreclos*|auction*",
    "legal action*|proceeding*|measures|steps", "credit bureau*|score|file|record|report",
    "final|last notice|warning|chance|opportunity", "consequence*", "blacklist*",
    "lose .. home|house|job|property", "immediately", "at once", "warn*", "threaten*",
  ])

  /// Other people: family, work, neighbours.
  private static let others = patterns([
    "esposo|esposa|marido|conyuge|pareja|novio|novia|conviviente*", "hijo*|hija*",
    "madre|padre|mama|papa|padres|abuel*|hermano|hermana|hermanos|tio|tia|primo|prima",
    "familia*|pariente*|suegr*|cuñad*", "vecino*|vecina*", "amigo*|amiga*",
    "jefe|jefa|empleador*|patron*", "trabajo|centro de labores", "garante*|aval|avales|fiador*",
    "referencia* personales|familiares", "husband*|wife|wives|spouse*|partner*",
    "sons|daughter*|child|children|kids",
    "mother*|father*|parent*|brother*|sister*|uncle*|aunt*|cousin*",
    "family|families|relative*", "neighbo*", "friend*", "boss*|employer*|workplace|coworker*",
    "guarantor*", "girlfriend|boyfriend",
  ])

  /// What a text cannot know that it may give.
  private static let promises = patterns([
    "condon*|perdon*|exoner*", "descuento*|rebaja*|oferta*", "garanti*|asegur*",
    "aprobad*|aprobar*", "sin intereses", "gratis|regal*",
    "waiv*|forgiv*|write off", "discount*|offer*", "guarantee*|promise you",
    "approved|approve", "interest free", "free of charge|gift*",
  ])

  /// Amounts spelt out: they come from the ledger alone.
  private static let amounts = [
    "s/", "$", "€", "%", " soles", " dólares", " dollars", "pen ", "usd ",
  ]

  private static func patterns(_ texts: [String]) -> [WordPattern] {
    texts.map { text in
      guard let pattern = try? WordPattern(DocumentNode(value: .string(text), path: ""), [:]) else {
        preconditionFailure("\(text) is a pattern")
      }
      return pattern
    }
  }

  /// Refuses a text that threatens, speaks of others, gives what it cannot know it may, or states a figure.
  static func check(_ text: String, at path: String) throws(DocumentError) {
    let words = MessageWords(text).words
    func found(_ patterns: [WordPattern]) -> String? {
      for start in words.indices {
        for pattern in patterns where pattern.first.fits(words[start].bytes) {
          guard let end = pattern.end(in: words, from: start) else { continue }
          return words[start..<end].map { String(decoding: $0.bytes, as: UTF8.self) }
            .joined(separator: " ")
        }
      }
      return nil
    }
    if let words = found(threats) {
      throw DocumentError(.threat, path, value: words, expected: "a text that threatens nobody")
    }
    if let words = found(others) {
      throw DocumentError(
        .thirdParty, path, value: words, expected: "a text that speaks of nobody else")
    }
    if let words = found(promises) {
      throw DocumentError(
        .unfoundedPromise, path, value: words,
        expected: "a text that gives nothing away: what may be given stands in the strategy")
    }
    let small = text.lowercased()
    if let sign = amounts.first(where: small.contains) {
      throw DocumentError(
        .invalidValue, path, value: sign,
        expected: "amounts by placeholder alone, as {balance}")
    }
  }
}
