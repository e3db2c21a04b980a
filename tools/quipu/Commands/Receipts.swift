internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Command {
  static let receipts = Command(
    "receipts", Text("record what gateways report", "registrar lo que informan las pasarelas"),
    details: Text(
      "JSON Lines: `sent`, `delivered` and `failed` messages of the outbox, and each `message` that a "
        + "person wrote, which is sealed and looked through for signs of vulnerability. Told twice, late "
        + "or in another order, each is recorded once. All lines or none. The service takes the same at "
        + "POST /v1/gateway/receipts, signed.",
      "JSON Lines: mensajes de la bandeja `sent`, `delivered` y `failed`, y cada `message` que una "
        + "persona escribió, que se cifra y se revisa por señales de vulnerabilidad. Repetido, tardío o "
        + "en otro orden, cada hecho se registra una vez. Todas las líneas o ninguna. El servicio recibe "
        + "lo mismo en POST /v1/gateway/receipts, firmado."),
    arguments: [.receiptsFile],
    options: [.actor, .actingAs, .segmentSize, .fromScratch],
    examples: [
      Example(
        "quipu receipts receipts.jsonl",
        Text("record a gateway's report", "registrar el informe de una pasarela"))
    ]
  ) { try $0.recordReceipts() }
}

extension Argument {
  fileprivate static let receiptsFile = Argument(
    Text("FILE", "ARCHIVO"), optional: true,
    doc: Text(
      "receipts, one a line; - or nothing for standard input",
      "informes, uno por línea; - o nada para la entrada estándar"))
}

extension Invocation {
  fileprivate func recordReceipts() throws -> ExitCode {
    let bytes = try OutputFile.read(argument(.receiptsFile) ?? "-")
    let view = try openView()
    let model = try readModel(of: view, at: view.size).model
    let drafts: [OwnDraft]
    let count: Int
    do {
      let receipts = try GatewayReceipt.read(bytes)
      count = receipts.count
      drafts = try GatewayReceipt.drafts(of: receipts, model)
    } catch {
      throw Failure(error)
    }
    let recorded = drafts.isEmpty ? [] : try append(drafts)
    let new = recorded.filter { $0.seq >= view.size }.count
    if console.json {
      try console.print(
        .object(["receipts": .integer(Int64(count)), "recorded": .integer(Int64(new))]))
    } else {
      try console.print(
        Text(
          "\(count) receipts, \(new) events recorded",
          "\(count) informes, \(new) eventos registrados"))
    }
    return .done
  }
}
