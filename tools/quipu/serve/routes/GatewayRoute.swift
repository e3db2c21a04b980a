internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  static let gatewayReceipts = Route(
    "POST", "/v1/gateway/receipts", "recordGatewayReceipts",
    Text(
      "record what a gateway reports: sent, delivered, failed, and messages that came in",
      "registrar lo que informa una pasarela: enviados, entregados, fallidos y mensajes recibidos"),
    permission: .record,
    parameters: [
      Parameter(
        name: GatewayKey.header, place: .header, isRequired: false, schema: Schema.text,
        doc: Text(
          "t=SECONDS,v1=HMAC-SHA-256 of SECONDS.BODY in hexadecimal, at most five minutes old; required",
          "t=SEGUNDOS,v1=HMAC-SHA-256 de SEGUNDOS.CUERPO en hexadecimal, de cinco minutos como máximo; "
            + "obligatorio"))
    ],
    body: Content(
      types: [
        ("application/x-ndjson", Schema.text),
        ("application/json", Schema.reference("GatewayReceipt")),
      ], example: nil),
    answers: [
      Answer(
        status: 200,
        doc: Text(
          "all of it is on the disk; `recorded` counts what was new",
          "todo está en disco; `recorded` cuenta lo nuevo"),
        content: .json("GatewayRecord"))
    ],
    problems: [403, 409, 422, 503, 507],
    .later { exchange, answer in
      guard let writer = exchange.service.writer else { throw Problem.readOnly }
      guard let actor = exchange.grant.actor else {
        preconditionFailure("who may record has a name")
      }
      let drafts: [Draft]
      let count: Int
      try exchange.requireGatewaySignature()
      do {
        let receipts = try GatewayReceipt.read(exchange.request.body)
        count = receipts.count
        let own = try exchange.service.books.read { model throws(Refusal) in
          try GatewayReceipt.drafts(of: receipts, copy model)
        }
        drafts = try own.map { draft throws(Refusal) in
          try exchange.grant.require(recording: draft.type, line: 0)
          return try Draft(draft.json, line: 0) { _ in draft.key }
        }
      } catch let refusal as Refusal {
        throw Problem(of: refusal)
      }
      let size = exchange.service.books.size
      @Sendable func said(_ new: Int) -> HTTPResponse {
        HTTPResponse(
          json: .object(["receipts": .integer(Int64(count)), "recorded": .integer(Int64(new))]))
      }
      guard !drafts.isEmpty else { return answer { said(0) } }
      writer.record(EventWriter.Submission(drafts: drafts, actor: actor, approval: nil)) {
        outcome in
        answer {
          switch outcome {
          case .recorded(let receipts, _): return said(receipts.filter { $0.seq >= size }.count)
          case .refused(let refusal): throw Problem(of: refusal)
          case .failed(let error): throw Problem(of: error)
          }
        }
      }
    })
}

extension Exchange {
  /// Lets through what the gateway signed alone. Throws ``Problem`` 403.
  fileprivate func requireGatewaySignature() throws(Problem) {
    guard let key = service.gatewayKey else {
      let missing = GatewayKey.missing
      throw Problem(403, missing.code, missing.message)
    }
    let header = request.headers[.gatewaySignature] ?? ""
    guard key.accepts(header, of: request.body, at: WallClock.now()) else {
      throw Problem(
        403, "wrong_signature",
        Text(
          "the body is not signed with the gateway's secret, or was long ago",
          "el cuerpo no está firmado con el secreto de la pasarela, o lo fue hace mucho"),
        [
          ("field", .string(GatewayKey.header)),
          ("expected", .string("t=SECONDS,v1=HMAC-SHA-256 of SECONDS.BODY in hexadecimal")),
        ])
    }
  }
}
