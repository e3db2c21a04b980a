internal import CanonicalJSON
internal import EventStore
internal import Vault

extension Argument {
  static let backupTarget = Argument(
    Text("TARGET", "DESTINO"), .directory,
    doc: Text(
      "the backup's directory: new, empty, or an earlier backup of this ledger",
      "el directorio de la copia: nuevo, vacío o una copia anterior de este libro"))

  static let backupSource = Argument(
    Text("BACKUP", "COPIA"), .directory,
    doc: Text("a directory `quipu backup` made", "un directorio hecho por `quipu backup`"))

  static let restoreTarget = Argument(
    Text("DIR", "DIR"), .directory,
    doc: Text("the ledger to make: new or empty", "el libro por hacer: nuevo o vacío"))
}

extension Option {
  static let withKeys = Option(
    "with-keys",
    doc: Text(
      "copy the signing key too: whoever has the backup can then sign as this ledger",
      "copiar también la clave de firma: quien tenga la copia podrá firmar como este libro"))
}

/// Backs the ledger up with its vault; once more where somebody was erased meanwhile, for a vault copied
/// before an erasure does not open with the keys there are after it.
private func backUp(_ invocation: Invocation, to target: String) throws -> Backup.Outcome {
  let path = invocation.ledger
  let ledger = try LedgerIdentity.read(directory: path).ledger
  var made: Backup.Outcome
  var copied: Int64?
  repeat {
    made = try Backup.make(
      of: path, to: target, withKeys: invocation.has(.withKeys),
      vault: { file throws(LogError) in
        copied = try SubjectVault.copy(of: path, ledger: ledger, to: file)
        return copied != nil
      })
  } while try SubjectVault.erasures(in: path, ledger: ledger) != copied
  return made
}

extension Command {
  static let backup = Command(
    "backup", Text("copy the ledger, or what is new in it", "copiar el libro, o lo nuevo en él"),
    details: Text(
      "Works while others write: the copy is the ledger as far as it was durable when the command "
        + "began. What is new is checked, what was copied before is compared with the log and never "
        + "replaced by damage. The copy is a ledger that every reading command takes, and "
        + "`sha256sum -c SHA256SUMS` checks it without this program.",
      "Funciona mientras otros escriben: la copia es el libro hasta donde era duradero al empezar. "
        + "Lo nuevo se revisa; lo ya copiado se compara con el registro y nunca se reemplaza por "
        + "algo dañado. La copia es un libro que todo comando de lectura acepta, y "
        + "`sha256sum -c SHA256SUMS` la revisa sin este programa."),
    arguments: [.backupTarget], options: [.withKeys],
    examples: [
      Example(
        "quipu backup /mnt/usb/books",
        Text("each night, to another disk", "cada noche, a otro disco"))
    ]
  ) { invocation in
    let target = invocation.required(.backupTarget)
    let made = try backUp(invocation, to: target)
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "events": .integer(made.events), "root": .string(made.root.base64),
          "copied": .integer(Int64(made.copied)), "copiedBytes": .integer(Int64(made.copiedBytes)),
          "kept": .integer(Int64(made.kept)),
        ]))
    } else {
      try invocation.console.print(
        countedEvents(made.events)
          + Text(
            " backed up: \(made.copied) files copied (\(grouped(Int64(made.copiedBytes))) bytes), "
              + "\(made.kept) were there",
            " copiados: \(made.copied) archivos nuevos (\(grouped(Int64(made.copiedBytes))) bytes), "
              + "\(made.kept) ya estaban"))
      try invocation.console.print(
        Text("root   \(made.root.base64)", "raíz    \(made.root.base64)"))
    }
    return .done
  }

  static let restore = Command(
    "restore", Text("make a ledger of a backup", "hacer un libro de una copia"),
    details: Text(
      "Every file is compared with the backup's list and the whole log is verified before the new "
        + "directory gets its name; the backup is not touched. What was recorded after the backup "
        + "is not there: an anchor, if there is one, says so when the ledger is opened for writing.",
      "Cada archivo se compara con la lista de la copia y todo el registro se verifica antes de que "
        + "el nuevo directorio reciba su nombre; la copia no se toca. Lo registrado después de la "
        + "copia no está: un ancla, si la hay, lo dice al abrir el libro para escribir."),
    arguments: [.backupSource, .restoreTarget],
    examples: [
      Example(
        "quipu restore /mnt/usb/books books", Text("after the disk broke", "si el disco se rompió"))
    ], usesLedger: false
  ) { invocation in
    let target = invocation.required(.restoreTarget)
    let made: Restore.Outcome
    do {
      made = try Restore.run(invocation.required(.backupSource), to: target)
    } catch let error as LogError where error.code == .notALedger {
      throw Failure(error, expected: "a backup, as `quipu backup DIR` makes it")
    }
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "events": .integer(made.events), "root": .string(made.root.base64),
          "files": .integer(Int64(made.files)), "bytes": .integer(Int64(made.bytes)),
          "hasKey": .bool(made.hasKey),
        ]))
    } else {
      try invocation.console.print(
        Text(
          "restored and verified up to event \(made.events - 1): ",
          "restaurado y verificado hasta el evento \(made.events - 1): ")
          + countedEvents(made.events))
      try invocation.console.print(
        Text("root   \(made.root.base64)", "raíz    \(made.root.base64)"))
    }
    if try LedgerDirectory(target, on: SystemDisk()).facts(SubjectVault.databaseName) != nil {
      invocation.console.notice(
        "vault_restored",
        Text(
          "personal data opens with the vault's outer keys, which are in no backup: `quipu vault status` "
            + "tells whether they are here",
          "los datos personales se abren con las claves externas de la bóveda, que no están en ninguna "
            + "copia: `quipu vault status` dice si están aquí"))
    }
    if !made.hasKey {
      invocation.console.notice(
        "no_signing_key",
        Text(
          "the backup holds no signing key: put it to \(target)/keys/signing.pem (mode 0600), or "
            + "name it in $QUIPU_SIGNING_KEY_FILE",
          "la copia no tiene la clave de firma: póngala en \(target)/keys/signing.pem (modo 0600) "
            + "o nómbrela en $QUIPU_SIGNING_KEY_FILE"))
    }
    return .done
  }
}
