internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Vault

extension Option {
  static let actingAs = Option(
    "as", Text("NAME", "NOMBRE"),
    doc: Text(
      "who acts, an identity of the ledger; the token comes from $QUIPU_TOKEN, else from the file "
        + "`identity add --save` made",
      "quién actúa, una identidad del libro; la clave de acceso viene de $QUIPU_TOKEN o del archivo "
        + "que dejó `identity add --save`"))

  static let approveAs = Option(
    "approve-as", Text("NAME", "NOMBRE"),
    doc: Text(
      "the second person; the token comes from $QUIPU_APPROVER_TOKEN, else from the file",
      "la segunda persona; la clave viene de $QUIPU_APPROVER_TOKEN o del archivo"))
}

// Who acts: the identity named by --as, shown by its token.
extension Invocation {
  /// What `--as` permits; without it what nobody needs a name for.
  func grant() throws -> Grant {
    try grant(.actingAs, "QUIPU_TOKEN") ?? .nobody
  }

  /// What `--approve-as` permits; nil without it.
  func approver() throws -> Grant? {
    try grant(.approveAs, "QUIPU_APPROVER_TOKEN")
  }

  private func grant(_ option: Option, _ variable: String) throws -> Grant? {
    guard let name = value(option) else { return nil }
    let list = try IdentityList(of: ledger)
    guard let token = try environmentValue(variable) ?? savedToken(of: name) else {
      throw Failure(
        .refused, "no_token",
        Text(
          "no token for \(name): set \(variable), or save it with `identity add --save`",
          "no hay clave de acceso de \(name): defina \(variable) o guárdela con `identity add --save`"
        ),
        [Failure.Detail("field", option.long)])
    }
    do {
      return try list.grant(to: name, token: token, at: WallClock.now())
    } catch {
      var refusal = error
      refusal.field = option.long
      throw Failure(access: refusal)
    }
  }

  /// The token saved for a name among the user's settings.
  private func savedToken(of name: String) throws -> String? {
    guard isIdentifier(name), let path = try tokenFile(of: name),
      (unsafe access(path, F_OK)) == 0
    else { return nil }
    let text = String(decoding: try OutputFile.read(path), as: UTF8.self)
    return String(text.prefix { $0 != "\n" })
  }

  /// Where the token of a name is saved; nil where the user has no folder of settings.
  func tokenFile(of name: String) throws -> String? {
    let identity = try LedgerIdentity.read(directory: ledger)
    return KeyPlaces.folder(ledger: identity.ledger, environment: environmentValue).map {
      "\($0)/tokens/\(name).token"
    }
  }
}

extension Failure {
  /// What a person may not do: told as such, not as an event refused.
  init(access refusal: Refusal) {
    if let unread = refusal.unread {
      self.init(unread, damage: .refused)
      return
    }
    var details: [Detail] = []
    if !refusal.field.isEmpty { details.append(Detail("field", refusal.field)) }
    if !refusal.value.isEmpty { details.append(Detail("value", refusal.value)) }
    if !refusal.expected.isEmpty { details.append(Detail("expected", refusal.expected)) }
    let message: Text =
      switch refusal.code {
      case "not_permitted": Text("that is not permitted", "eso no está permitido")
      case "second_person_needed":
        Text("a second person has to approve", "debe aprobarlo una segunda persona")
      case "same_person": Text("the second person is the first", "la segunda persona es la primera")
      case "unknown_identity": Text("nobody has that name", "nadie tiene ese nombre")
      case "wrong_token": Text("the token is not his", "la clave de acceso no es la suya")
      case "token_expired": Text("the token has expired", "la clave de acceso venció")
      case "identity_revoked": Text("the identity was revoked", "la identidad fue revocada")
      case "subject_erased":
        Text("the person's keys were destroyed", "las claves de la persona fueron destruidas")
      case "erasure_refused":
        Text("the data must be kept", "los datos deben conservarse")
      case "unknown_subject":
        Text("the ledger knows no such person", "el libro no conoce a esa persona")
      case "vault_elsewhere":
        Text(
          "this is a copy: its vault belongs to another place",
          "esta es una copia: su bóveda pertenece a otro lugar")
      case "unknown_request", "open_request":
        Text("a request stands in the way", "una solicitud lo impide")
      case "no_purpose":
        Text("no purpose means no access", "sin finalidad no hay acceso")
      default: Text("that is refused", "eso se rechaza")
      }
    self.init(.refused, refusal.code, message, details)
  }
}
