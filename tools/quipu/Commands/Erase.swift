internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Argument {
  static let person = Argument(
    Text("SUBJECT", "PERSONA"), doc: Text("the person's pseudonym", "el seudónimo de la persona"))
}

extension Option {
  static let forRequest = Option(
    "request", Text("REQUEST", "SOLICITUD"),
    doc: Text("the request it answers", "la solicitud a la que responde"))
}

extension Command {
  static let erase = Command(
    "erase", Text("destroy the keys to a person's data", "destruir las claves de una persona"),
    details: Text(
      "Her key, the entries she is found by and the epoch key that wrapped hers are destroyed, here and "
        + "in every copy of the vault made before; the log keeps its bytes and its proofs, which nobody "
        + "can read any more. It takes a dpo and a second person, and cannot be undone. Under a legal "
        + "hold or a rule to keep the data it is refused, on record, and processing is blocked.",
      "Se destruyen su clave, las entradas por las que se la halla y la clave de época que envolvía la "
        + "suya, aquí y en toda copia anterior de la bóveda; el registro conserva sus bytes y pruebas, "
        + "que ya nadie puede leer. Hacen falta un dpo y una segunda persona, y no se puede deshacer. "
        + "Bajo retención legal o una regla de conservación se rechaza, dejando constancia, y se bloquea "
        + "el tratamiento."),
    arguments: [.person], options: [.forRequest, .actingAs, .approveAs],
    examples: [
      Example(
        "quipu erase S-1 --request R-7 --as ana --approve-as luis",
        Text("on request R-7", "por la solicitud R-7"))
    ]
  ) { invocation in
    do {
      return try EraseRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `erase`.
private struct EraseRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let (grant, approver) = (try invocation.grant(), try invocation.approver())
    try grant.require(.erase)
    try grant.requireApproval(by: approver)
    guard let actor = grant.actor else { return .refused }
    let (intake, today) = try invocation.openIntake(by: actor)
    let order = ErasureOrder(
      of: invocation.required(.person), request: invocation.value(.forRequest), by: grant,
      approvedBy: approver, retention: try invocation.retentionGround())
    let done: Erasure
    do throws(Refusal) {
      done = try intake.erase(order, at: WallClock.now(), today: today)
    } catch {
      invocation.report(intake.close())
      throw error
    }
    invocation.report(intake.close())
    try print(done)
    invocation.console.notice(
      "back_up_now",
      Text(
        "copies of the vault made before no longer open the people who shared her epoch: make a new "
          + "backup now",
        "las copias anteriores de la bóveda ya no abren a quienes compartían su "
          + "época: haga ahora una copia nueva"))
    return .done
  }

  private func print(_ done: Erasure) throws {
    let console = invocation.console
    if console.json {
      return try console.print(
        .object([
          "keys": .integer(Int64(done.keys)), "receipt": .string(done.receipt),
          "seq": .integer(done.seq), "sha256": .string(done.digest.hex),
          "subjects": .array(done.subjects.map { .string($0) }),
        ]))
    }
    let who = done.subjects.joined(separator: ", ")
    try console.print(
      Text("erased: ", "suprimida: ") + Text(same: who) + Text("; ", "; ")
        + counted(
          Int64(done.keys), Text("key destroyed", "clave destruida"),
          Text("keys destroyed", "claves destruidas"))
        + Text(", event \(done.seq)", ", evento \(done.seq)"))
    try console.print(
      Text(
        "  receipt  \(done.receipt), SHA-256 \(done.digest.hex)",
        "  recibo   \(done.receipt), SHA-256 \(done.digest.hex)"))
  }
}
