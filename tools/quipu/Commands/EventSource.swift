internal import Collections
internal import EventStore
internal import Ledger
internal import Replication

extension Option {
  static let readFrom = Option(
    "from", Text("SOURCE", "ORIGEN"),
    doc: Text(
      "read the stream --stream of a mirrored ledger instead: nats://HOST:PORT, or several with commas "
        + "between them; or another ledger's directory",
      "leer en cambio el flujo --stream de un libro reflejado: nats://HOST:PUERTO, o varios separados por "
        + "comas; o el directorio de otro libro"))

  /// Where to read events from, other than the ledger.
  static let source = [readFrom, trustedKey] + natsAccess
}

/// Where a command that folds a whole ledger reads its events.
enum EventSource {
  case ledger(LedgerView)
  case stream(JetStream)
}

extension Invocation {
  /// The source that `--from` names, else the ledger.
  func eventSource() throws -> EventSource {
    guard let from = value(.readFrom), Self.areServers(from) else {
      let others = (Option.natsAccess + [.trustedKey]).filter { has($0) }
      guard others.isEmpty else {
        throw wrongUsage(
          Text(
            "--\(others[0].long) is about a stream: name its servers with --from",
            "--\(others[0].long) es para un flujo: nombre sus servidores con --from"),
          [Failure.Detail("expected", "--from nats://HOST:PORT")])
      }
      let view = try LedgerView(opening: value(.readFrom) ?? ledger)
      report(view.notices)
      return .ledger(view)
    }
    return .stream(try stream(on: from))
  }

  /// Gives every event of a stream known at `--known-at` to `apply`; what was read, which a checkpoint that the
  /// ledger has signed vouches for.
  func read(
    _ stream: JetStream,
    _ apply: (borrowing EventEnvelope, Span<UInt8>) throws(RuleError) -> Void
  ) throws -> StreamReader.Standing {
    let bound: ChunkWalk.Bound? =
      switch knownAt {
      case nil: nil
      case .size(let size): .size(size)
      case .instant(let moment): .moment(moment.text)
      }
    let report = ReplicationReport(
      on: console, of: stream.name, every: nil, place: Text("read", "leídos"))
    let trusted = try verifierKeys(.trustedKey, kind: .signature, areNeeded: false)
    let reader = StreamReader(stream, trusted: trusted)
    let standing: StreamReader.Standing
    do {
      standing = try reader.read(
        upTo: bound, report.watch(patience: patience(goesOn: false))
      ) { event, line in try apply(event, line) }
    } catch let error as RuleError {
      throw LogError(.damaged, "\(error.code.rawValue): \(error.context)")
    }
    console.finishProgress()
    if case .size(let size) = knownAt, size > standing.size {
      throw Failure(noSuchSize: size, of: standing.size)
    }
    tell(standing, isTrusted: !trusted.isEmpty)
    return standing
  }

  /// Says what vouches for what was read of a stream.
  private func tell(_ standing: StreamReader.Standing, isTrusted: Bool) {
    let keys = standing.signers.map(\.text).joined(separator: ", ")
    let advice =
      isTrusted
      ? Text("")
      : Text(
        "; the ledger itself names the key: give the one you trust with --vkey",
        "; la clave la nombra el libro mismo: dé con --vkey la de su confianza")
    console.notice(
      "covered",
      Text(
        "a checkpoint of \(grouped(standing.covered)) events, signed by \(keys), was met",
        "se encontró un punto de control de \(grouped(standing.covered)) eventos, firmado por \(keys)"
      ) + advice)
    let rest = standing.size - standing.covered
    guard rest > 0 else { return }
    console.warn(
      "not_covered",
      Text(
        "no checkpoint on the stream covers the last \(grouped(rest)) events yet",
        "ningún punto de control en el flujo cubre aún los últimos \(grouped(rest)) eventos"))
  }
}

extension Failure {
  /// A size of the log that it has not come to.
  init(noSuchSize size: Int64, of present: Int64) {
    self.init(
      .refused, "no_such_size",
      Text("the ledger has only \(present) events", "el libro tiene solo \(present) eventos"),
      [Detail("value", size), Detail("expected", "0 to \(present)")])
  }
}
