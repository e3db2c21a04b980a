internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Vault

extension Argument {
  static let vaultAction = Argument(
    Text("ACTION", "ACCIÓN"),
    .choices(["status", "rotate-master", "export-keys", "import-keys", "adopt"]),
    doc: Text(
      "how the vault stands; wrap its keys under another master key; copy its outer keys to FILE; put "
        + "them back from FILE; say that the ledger is here for good, moved or restored",
      "status: estado de la bóveda; rotate-master: envolver con otra clave maestra; export-keys: copiar "
        + "las claves externas a ARCHIVO; import-keys: reponerlas desde ARCHIVO; adopt: el libro queda "
        + "aquí para siempre, movido o restaurado"))

  static let vaultFile = Argument(
    Text("FILE", "ARCHIVO"), .file, optional: true,
    doc: Text(
      "the copy; with rotate-master, the new master key's file where it is kept outside",
      "la copia; con rotate-master, el archivo de la nueva clave maestra si se guarda fuera"))
}

extension Command {
  static let vault = Command(
    "vault", Text("keep the keys to personal data", "custodiar las claves de los datos personales"),
    details: Text(
      "Each person's key lies in the ledger's vault, wrapped by an epoch key, itself wrapped by the "
        + "master key. Both lie outside the ledger and outside its backups: without them a backup opens "
        + "nothing. So copy them (`export-keys`) to a place of their own, anew after every erasure, and "
        + "destroy the older copy.",
      "La clave de cada persona está en la bóveda del libro, envuelta por una clave de época, envuelta "
        + "a su vez por la clave maestra. Ambas están fuera del libro y de sus copias: sin ellas una copia "
        + "no abre nada. Cópielas (`export-keys`) a un lugar propio, de nuevo tras cada supresión, y "
        + "destruya la copia anterior."),
    arguments: [.vaultAction, .vaultFile], options: [.actingAs],
    examples: [
      Example("quipu vault status", Text("how it stands", "cómo está")),
      Example(
        "quipu vault export-keys /mnt/safe/books.keys --as eva",
        Text("a copy for the safe", "una copia para la caja fuerte")),
      Example(
        "quipu vault rotate-master --as eva",
        Text(
          "a new master key; the old one is destroyed", "otra clave maestra; la vieja se destruye")),
    ]
  ) { invocation in
    do {
      return try VaultRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }
}

/// One run of `vault`.
private struct VaultRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let identity = try LedgerIdentity.read(directory: invocation.ledger)
    guard let settings = try invocation.vaultSettings else { throw Failure.noKeyPlace }
    let action = invocation.required(.vaultAction)
    if action == "status" { return try status(identity, settings) }
    // As long as there is nobody, whoever holds the keys may.
    if try !IdentityList(of: invocation.ledger).identities.isEmpty {
      try invocation.grant().require(.manageKeys)
    }
    let file = invocation.argument(.vaultFile)
    switch action {
    case "rotate-master": try rotate(to: file)
    case "adopt":
      try SubjectVault.open(invocation.ledger, ledger: identity.ledger, settings)?.adoptHome()
    case "export-keys":
      try SubjectVault.exportKeys(settings.places, to: try needed(file))
    default:
      try SubjectVault.importKeys(settings.places, from: try needed(file), ledger: identity.ledger)
    }
    return try status(identity, settings)
  }

  private func needed(_ file: String?) throws -> String {
    guard let file else {
      throw invocation.wrongUsage(
        Text("export-keys and import-keys need FILE", "export-keys e import-keys necesitan ARCHIVO")
      )
    }
    return file
  }

  private func rotate(to file: String?) throws {
    let actor = try invocation.grant().actor ?? invocation.recordingActor()
    let (intake, _) = try invocation.openIntake(by: actor)
    try intake.rotateMasterKey(to: file)
    invocation.report(intake.close())
  }

  private func status(
    _ identity: LedgerIdentity, _ settings: SubjectVault.Settings
  ) throws -> ExitCode {
    let console = invocation.console
    let vault = try SubjectVault.open(
      invocation.ledger, ledger: identity.ledger, settings)
    guard let vault else {
      if console.json {
        try console.print(.object(["vault": .null]))
      } else {
        try console.print(
          Text(
            "no vault yet: it is made with the first personal data",
            "aún no hay bóveda: se crea con los primeros datos personales"))
      }
      return .done
    }
    let status = try vault.status()
    if console.json {
      try console.print(
        .object([
          "epochKeys": .string(settings.places.epochs), "epochs": .integer(Int64(status.epochs)),
          "erasures": .integer(status.erasures),
          "lostEpochs": .array(
            status.lost.map { .integer($0) }),
          "masterKey": .string(settings.places.master),
          "subjects": .integer(Int64(status.subjects)),
        ]))
      return .done
    }
    var table = Table([
      Table.Column(Text("vault", "bóveda")), Table.Column(Text("", "")),
    ])
    let language = invocation.language
    let rows: [(Text, String)] = [
      (Text("subjects with a key", "personas con clave"), grouped(Int64(status.subjects))),
      (Text("epochs", "épocas"), grouped(Int64(status.epochs))),
      (Text("erasures done", "supresiones hechas"), grouped(status.erasures)),
      (Text("master key", "clave maestra"), settings.places.master),
      (Text("epoch keys", "claves de época"), settings.places.epochs),
    ]
    for (name, value) in rows { table.add([name[language], value]) }
    try console.print(table)
    if !status.lost.isEmpty {
      console.warn(
        "lost_epochs",
        Text(
          "of \(status.lost.count) epochs the key is gone: this vault is older than an erasure, and "
            + "the people in them cannot be opened",
          "de \(status.lost.count) épocas ya no está la clave: esta bóveda es anterior a una supresión "
            + "y las personas en ellas no pueden abrirse"))
    }
    return .done
  }
}

extension Failure {
  /// The environment names no place for the vault's outer keys.
  static let noKeyPlace = Failure(
    .refused, "no_vault_keys",
    Text(
      "there is no place for the vault's keys: set HOME, or QUIPU_MASTER_KEY_FILE and "
        + "QUIPU_EPOCH_KEYS_FILE",
      "no hay lugar para las claves de la bóveda: defina HOME, o QUIPU_MASTER_KEY_FILE y "
        + "QUIPU_EPOCH_KEYS_FILE"))
}

/// What `doctor` says of the vault's outer keys.
struct VaultCheck {
  let state: Doctor.State
  let text: Text

  /// The checks of a ledger; one row a finding.
  static func all(_ invocation: Invocation) throws -> [VaultCheck] {
    let identity = try LedgerIdentity.read(directory: invocation.ledger)
    guard try SubjectVault.erasures(in: invocation.ledger, ledger: identity.ledger) != nil else {
      return [VaultCheck(state: .ok, text: Text("no vault yet", "aún no hay bóveda"))]
    }
    guard let settings = try invocation.vaultSettings else {
      return [VaultCheck(state: .warn, text: Failure.noKeyPlace.message)]
    }
    // Whole paths, for what lies beside what does not show by relative ones.
    var places = settings.places
    places.master = whole(places.master)
    places.epochs = whole(places.epochs)
    let faults = try SubjectVault.faults(of: whole(invocation.ledger), places)
    guard !faults.isEmpty else {
      return [
        VaultCheck(
          state: .ok,
          text: Text("keys outside and copied", "claves fuera del libro y copiadas"))
      ]
    }
    return faults.map(VaultCheck.init)
  }

  /// A path whole and without links, as far as what it names is there.
  private static func whole(_ path: String) -> String {
    if let whole = OutputFile.wholePath(path) { return whole }
    guard let slash = path.lastIndex(of: "/") else {
      return path == "." ? path : whole("./" + path)
    }
    let folder = slash == path.startIndex ? "/" : whole(String(path[..<slash]))
    return (folder == "/" ? "" : folder) + path[slash...]
  }

  private init(state: Doctor.State, text: Text) {
    self.state = state
    self.text = text
  }

  private init(_ fault: SubjectVault.Fault) {
    switch fault {
    case .beside(let file):
      state = .warn
      text = Text(
        "\(file) lies in or beside the ledger, so whoever copies the one has the other: move it and "
          + "name it in QUIPU_MASTER_KEY_FILE or QUIPU_EPOCH_KEYS_FILE",
        "\(file) está dentro o al lado del libro: quien copia uno tiene el otro; muévalo y nómbrelo en "
          + "QUIPU_MASTER_KEY_FILE o QUIPU_EPOCH_KEYS_FILE")
    case .exposed(let file):
      state = .bad
      text = Text(
        "others can read \(file): chmod 0600, then `quipu vault rotate-master`",
        "otros pueden leer \(file): chmod 0600 y luego `quipu vault rotate-master`")
    case .missing(let file):
      state = .bad
      text = Text(
        "\(file) is not there: nobody's data opens; `quipu vault import-keys FILE` puts a copy back",
        "no está \(file): no se abren datos de nadie; `quipu vault import-keys ARCHIVO` repone una copia"
      )
    case .notBackedUp:
      state = .warn
      text = Text(
        "no copy of the keys as they are: `quipu vault export-keys FILE` on another medium, and destroy "
          + "the copy before it",
        "no hay copia de las claves actuales: `quipu vault export-keys ARCHIVO` en otro medio, y destruya "
          + "la copia anterior")
    }
  }
}
