internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import SQLite

// How the errors of the modules below end a command.
extension Failure {
  /// The log's errors. Damage found while reading is exit 1; a command that wanted to write says 3.
  ///
  /// `expected` is what would have been right, where a command wants another thing than most do.
  init(_ error: LogError, damage: ExitCode = .foundWrong, expected: String? = nil) {
    let exit: ExitCode =
      switch error.code {
      case .damaged: damage
      case .inUse: .inUse
      case .diskFull, .readOnly, .poisoned, .notALedger, .io: .inputOutput
      case .notProven: .foundWrong
      case .exists, .keyConflict, .wrongPosition, .invalid, .tooLong, .noSuchEvent, .invalidKey,
        .behindAnchor, .networkDisk, .noVaultKeys, .erased, .replica, .missing:
        .refused
      }
    var details: [Detail] = []
    if let file = error.file { details.append(Detail("file", file)) }
    if let lines = error.lines {
      details.append(
        lines.count == 1
          ? Detail("line", lines.lowerBound)
          : Detail("lines", "\(lines.lowerBound)-\(lines.upperBound)"))
    }
    if let byte = error.byte { details.append(Detail("byte", Int64(byte))) }
    if let number = error.errno { details.append(Detail("errno", Int64(number))) }
    if let expected = expected ?? Self.expected(instead: error.code) {
      details.append(Detail("expected", expected))
    }
    let reason = error.errno.map { ": \(systemReason($0))" } ?? ""
    let words = Text(error.detail, SpanishExpectations.spanish(error.detail))
    self.init(exit, error.code.rawValue, words + Text(same: reason), details)
  }

  /// What would have been right where the log refuses with a code; nil where its words say it.
  private static func expected(instead code: LogError.Code) -> String? {
    switch code {
    case .notALedger: "a ledger, as `quipu init --ledger DIR` makes it"
    case .exists: "a directory that is empty or not there yet"
    case .inUse:
      "the other one to end: a service takes events by POST /v1/events, all else waits for it to stop"
    case .networkDisk: "a local disk, or QUIPU_ALLOW_NFS=1 at your own risk"
    case .replica: "a primary; `quipu promote` makes one of a replica"
    case .diskFull: "room on the disk; recording goes on by itself then"
    default: nil
    }
  }

  /// A draft refused.
  init(_ refusal: Refusal) {
    var details: [Detail] = []
    if refusal.line > 0 { details.append(Detail("line", Int64(refusal.line))) }
    if !refusal.field.isEmpty { details.append(Detail("field", refusal.field)) }
    if !refusal.value.isEmpty { details.append(Detail("value", refusal.value)) }
    if !refusal.expected.isEmpty { details.append(Detail("expected", refusal.expected)) }
    let place = refusal.field.isEmpty ? "" : " (\(refusal.field))"
    self.init(
      .refused, refusal.code,
      Text("the event is refused\(place)", "el evento se rechaza\(place)"), details)
  }

  /// A figure the rules cannot compute.
  init(_ error: RuleError) {
    guard error.code != .overflow else {
      self.init(
        .foundWrong, error.code.rawValue,
        Text(
          "the money\(error.context.isEmpty ? "" : " of \(error.context)") adds up to more than can be "
            + "said exactly",
          "el dinero\(error.context.isEmpty ? "" : " de \(error.context)") suma más de lo que se puede "
            + "decir con exactitud"),
        [Detail("expected", "sums within ±(2^53 − 1) minor units")])
      return
    }
    self.init(
      .foundWrong, error.code.rawValue,
      Text(
        "the state of \(error.context) cannot be computed",
        "no se puede calcular el estado de \(error.context)"))
  }

  /// A row of a source that cannot be read.
  init(_ error: ImportError, in file: String? = nil) {
    var details: [Detail] = []
    if let file { details.append(Detail("file", file)) }
    if error.line > 0 { details.append(Detail("line", Int64(error.line))) }
    if let column = error.column { details.append(Detail("field", column)) }
    if let value = error.value { details.append(Detail("value", value)) }
    self.init(
      error.code == .unreadable ? .inputOutput : .refused, error.code.rawValue,
      error.detail, details)
  }

  /// A mapping document that says nothing sensible, is not there, or cannot be read: exit 4.
  init(_ error: MappingError, in document: String? = nil) {
    var details: [Detail] = []
    if let document { details.append(Detail("file", document)) }
    if error.path.hasPrefix("$") { details.append(Detail("field", error.path)) }
    let isMissing = error.code == .notFound || error.code == .unreadable
    self.init(
      isMissing ? .inputOutput : .refused, error.code.rawValue,
      Text("the mapping: \(error.detail)", "el mapeo: \(error.detail)"), details)
  }

  /// A database that cannot be written.
  init(_ error: SQLiteError) {
    let code = error.isFull ? "disk_full" : error.isBusy ? "in_use" : "sqlite"
    self.init(
      error.isBusy ? .inUse : .inputOutput, code, Text(same: error.message),
      [Detail("errno", Int64(error.code))])
  }
}
