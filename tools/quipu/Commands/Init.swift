extension Option {
  static let name = Option(
    "name", Text("NAME", "NOMBRE"),
    doc: Text(
      "the ledger's name; else the directory's", "nombre del libro; si no, el del directorio"))

  static let currency = Option(
    "currency", Text("CODE", "CÓDIGO"), .currency, standard: "PEN",
    doc: Text(
      "ISO 4217 code of the currency accounts have unless they say otherwise",
      "código ISO 4217 de la moneda de las cuentas que no digan otra"))

  static let timeZone = Option(
    "time-zone", Text("ZONE", "ZONA"), standard: "America/Lima",
    doc: Text(
      "IANA time zone that says which day it is", "zona horaria IANA que dice qué día es"))

  static let jurisdiction = Option(
    "jurisdiction", Text("CODE", "CÓDIGO"), standard: "PE",
    doc: Text(
      "ISO 3166 code of the country whose business days and rules hold",
      "código ISO 3166 del país cuyos días hábiles y reglas rigen"))
}

extension Command {
  static let initialize = Command(
    "init", Text("make a ledger", "crear un libro"),
    details: Text(
      "Makes the directory, its first segment and the signing key. An existing ledger is never "
        + "touched.",
      "Crea el directorio, su primer segmento y la clave de firma. Nunca toca un libro existente."),
    options: [.name, .currency, .timeZone, .jurisdiction],
    examples: [
      Example(
        "quipu init --ledger T --name demo",
        Text("a ledger for Peru in the directory T", "un libro para el Perú en el directorio T"))
    ]
  ) { _ in throw Failure.notBuilt }
}
