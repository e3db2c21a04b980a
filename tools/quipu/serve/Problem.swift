internal import CanonicalJSON
internal import EventStore
internal import Ledger

/// Why a request was not answered as asked: problem details by RFC 9457.
struct Problem: Error, Sendable {
  /// The status of HTTP.
  let status: Int
  /// A stable name in snake case, the same as the command line's.
  let code: String
  /// What is wrong.
  let message: Text
  /// More members: `field`, `line`, `value`, `expected`, `rule`.
  let members: [(name: String, value: JSONValue)]
  /// Headers that go with it.
  var headers: [(name: String, value: String)] = []

  init(
    _ status: Int, _ code: String, _ message: Text,
    _ members: [(name: String, value: JSONValue)] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.members = members
  }

  /// A parameter whose value does not read.
  static func badParameter(_ name: String, _ value: String, _ expected: Text) -> Problem {
    Problem(
      400, "bad_parameter",
      Text("the parameter \(name) is wrong: ", "el parámetro \(name) es incorrecto: ") + expected,
      [("field", .string(name)), ("value", .string(String(value.prefix(64))))])
  }

  /// Parameters that each read, and make no sense together.
  static func senseless(_ name: String, _ value: String, _ expected: Text) -> Problem {
    Problem(
      422, "senseless_parameter",
      Text(
        "the parameter \(name) makes no sense here: ",
        "el parámetro \(name) no tiene sentido aquí: ")
        + expected,
      [("field", .string(name)), ("value", .string(String(value.prefix(64))))])
  }

  /// Any error as the problem it is to a client.
  init(_ error: any Error) {
    if let problem = error as? Problem {
      self = problem
      return
    }
    let failure = Failure(ending: error)
    self.init(
      Self.status(of: failure), failure.code, failure.message, Self.members(failure))
  }

  /// The status of HTTP of what ends a command.
  private static func status(of failure: Failure) -> Int {
    switch failure.code {
    case "disk_full": 507
    case "unknown_account", "unknown_subject", "no_such_size", "no_such_event",
      "unknown_model":
      404
    case "key_conflict", "wrong_position": 409
    case "unknown_identity", "wrong_token", "identity_revoked", "token_expired", "no_token": 401
    case "not_permitted": 403
    // Nothing is wrong with the service: the ledger holds more money than a sum can say.
    case "amount_overflow": 422
    default:
      switch failure.exit {
      case .refused: 422
      case .usage: 400
      case .inUse: 503
      case .done, .foundWrong, .inputOutput: 500
      }
    }
  }

  /// The answer. `type` is a URI of our own that stays the same: `urn:quipu:problem:CODE`.
  func response(in language: Language) -> HTTPResponse {
    let fixed: [JSONMember] = [
      JSONMember(key: "code", value: .string(code)),
      JSONMember(key: "status", value: .integer(Int64(status))),
      JSONMember(key: "title", value: .string(message[language])),
      JSONMember(key: "type", value: .string("urn:quipu:problem:\(code)")),
    ]
    let more = members.map { JSONMember(key: $0.name, value: $0.value) }
    return HTTPResponse(
      status, json: JSONValue(members: fixed + more), type: "application/problem+json",
      headers: headers)
  }
}
