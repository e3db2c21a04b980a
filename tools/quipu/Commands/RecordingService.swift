internal import CanonicalJSON
internal import EventStore
internal import Glibc
internal import Ledger

/// A running service that has the ledger open and records for a command: one writer stays the rule.
struct RecordingService {
  private let url: String
  private let token: String

  private static let variable = "QUIPU_TOKEN_FILE"
  /// How often a service that has too much under way, or is just starting anew, is asked, and how long between.
  private static let tries = 100
  private static let pause: UInt32 = 50_000

  /// The service at an address, under the token in the file that the environment names.
  ///
  /// Throws ``Failure`` `no_token` where it names none, exit 4 where the file does not read.
  init(at url: String) throws(Failure) {
    guard let path = environmentValue(Self.variable) else {
      throw Failure(
        .refused, "no_token",
        Text(
          "no token to show the service: \(Self.variable) names its file",
          "no hay clave que mostrar al servicio: \(Self.variable) nombra su archivo"),
        [Failure.Detail("expected", "\(Self.variable)=FILE with what `quipu token add` printed")])
    }
    var bytes = try OutputFile.read(path)
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    token = String(decoding: bytes, as: UTF8.self)
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  /// Records a command's own events in one batch, all or none, and gives their receipts in order.
  ///
  /// Sent again they are recorded once, by their keys. Throws ``Failure``: the service's refusal by its code,
  /// exit 4 where nobody answers.
  func append(_ drafts: [OwnDraft]) throws(Failure) -> [Receipt] {
    let body = JSONValue.object(["events": .array(drafts.map(\.json))]).canonicalBytes
    var answer = try post(body)
    for _ in 1..<Self.tries where answer.status == 429 || answer.status == 503 {
      usleep(Self.pause)
      answer = try post(body)
    }
    let value = try? JSONValue(parsing: answer.body.span, as: .json)
    guard 200...201 ~= answer.status, let rows = value?["receipts"]?.arrayValue,
      rows.count == drafts.count
    else { throw refusal(answer.status, value) }
    return try rows.map { row throws(Failure) in
      guard let seq = row["seq"]?.integerValue, let key = row["key"]?.stringValue,
        let at = row["at"]?.stringValue
      else { throw refusal(answer.status, value) }
      return Receipt(seq: seq, key: key, at: at)
    }
  }

  private func post(_ body: [UInt8]) throws(Failure) -> HTTPExchange.Answer {
    try HTTPExchange.post(
      body, to: "\(url)/v1/events", headers: ["Content-Type: application/json"],
      secret: "Authorization: Bearer \(token)")
  }

  /// What the service says is wrong; what is no answer of a service is told as unreachable.
  private func refusal(_ status: Int, _ value: JSONValue?) -> Failure {
    guard let code = value?["code"]?.stringValue else {
      return Failure(
        .inputOutput, "unreachable",
        Text("\(url) gave no receipt: HTTP \(status)", "\(url) no dio recibo: HTTP \(status)"),
        [Failure.Detail("file", url)])
    }
    var details: [Failure.Detail] = []
    for name in ["field", "value", "expected"] {
      if let text = value?[name]?.stringValue { details.append(Failure.Detail(name, text)) }
    }
    let title = value?["title"]?.stringValue ?? code
    return Failure(
      status >= 500 ? .inputOutput : .refused, code,
      Text("the service refuses: \(title)", "el servicio rechaza: \(title)"), details)
  }
}
