/// The options that more than one command takes, each declared once.
extension Option {
  static let ledger = Option(
    "ledger", Text("DIR", "DIR"), .directory,
    doc: Text(
      "the ledger's directory; else $QUIPU_LEDGER, else ./quipu-ledger",
      "directorio del libro; si no, $QUIPU_LEDGER; si no, ./quipu-ledger"))

  static let json = Option(
    "json",
    doc: Text(
      "results as JSON on stdout, errors as JSON on stderr",
      "resultados en JSON por stdout, errores en JSON por stderr"))

  static let language = Option(
    "lang", "es|en", .choices(Language.allCases.map(\.rawValue).sorted(by: >)),
    doc: Text("language; else that of the locale", "idioma; si no, el de la configuración regional")
  )

  static let help = Option(
    "help", short: "h", doc: Text("explain and do nothing else", "explicar y no hacer nada más"))

  /// Stands alone, before any command.
  static let version = Option(
    "version", doc: Text("print the program's version", "mostrar la versión del programa"))

  static let on = Option(
    "on", Text("DATE", "FECHA"), .date,
    doc: Text(
      "the day whose end is asked about, YYYY-MM-DD; else today in the ledger's zone",
      "el día por cuyo cierre se pregunta, AAAA-MM-DD; si no, hoy en la zona del libro"))

  static let knownAt = Option(
    "known-at", Text("SEQ|INSTANT", "SEQ|INSTANTE"), .knownAt,
    doc: Text(
      "count only events with a sequence number below SEQ, or recorded by INSTANT "
        + "(2026-03-12T15:04:05Z); else all",
      "contar solo los eventos con número de secuencia menor que SEQ, o registrados hasta INSTANTE "
        + "(2026-03-12T15:04:05Z); si no, todos"))

  static let actor = Option(
    "actor", Text("ID[/ROLE[/KIND]]", "ID[/ROL[/CLASE]]"), .actor,
    doc: Text(
      "who records, for drafts that do not say; ROLE is agent and KIND person (system, bot) "
        + "unless given",
      "quién registra, para los borradores que no lo digan; ROL es agent y CLASE person "
        + "(system, bot) si no se dan"))

  static let skipInvalid = Option(
    "skip-invalid",
    doc: Text(
      "record what is valid and leave the rest out; else one bad line refuses all",
      "registrar lo válido y dejar fuera lo demás; si no, una línea mala lo rechaza todo"))

  static let rejects = Option(
    "rejects", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "with --skip-invalid: write the lines left out, each with its reason, to FILE",
      "con --skip-invalid: escribir en ARCHIVO las líneas excluidas, cada una con su motivo"))
}

extension Argument {
  static let account = Argument(
    Text("ACCOUNT", "CUENTA"), doc: Text("the account's identifier", "identificador de la cuenta"))
}
