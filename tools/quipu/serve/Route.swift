internal import CanonicalJSON
internal import Ledger

/// One operation of the service: what it is asked by, who may ask, and what answers.
///
/// The dispatch, the description in OpenAPI and the tests are all made of these.
final class Route: Sendable {
  /// The method, in capitals.
  let method: String
  /// The path, such as `/v1/accounts/{account}`; what braces hold is a parameter.
  let path: String
  /// The name of the operation, in camel case and unique.
  let name: String
  let summary: Text
  /// What whoever asks must be permitted; nil where anybody may.
  let permission: Permission?
  /// Whether people read it: errors are pages, and who is not known is sent to the door.
  let isPage: Bool
  /// Parameters of path, query and headers.
  let parameters: [Parameter]
  /// What the body may be; nil where there is none.
  let body: Content?
  /// What it answers when all is well, by status; problems are told of for every route.
  let answers: [Answer]
  /// What may go wrong besides what may with every route, by status.
  let problems: [Int]
  /// The ledger's size when its answer for a moment last became another; nil where that is whenever the
  /// ledger grows.
  let lastChange: (@Sendable (Exchange, Moment) -> Int64)?
  let work: Work
  /// The parts of the path.
  let pattern: [Substring]
  /// Where in a path its parameters stand.
  let places: [Place]
  /// The parameters of the query, and what any operation takes.
  let queryParameters: [Parameter]

  /// Where a parameter stands in a path.
  struct Place: Sendable {
    let name: String
    let index: Int
    /// Whether it takes all parts from there on.
    let takesRest: Bool
  }

  /// How it answers.
  enum Work: Sendable {
    /// At once: some microseconds, nothing that waits.
    case now(@Sendable (Exchange) throws -> HTTPResponse)
    /// On a thread of its own kind, as many at a time as there are processors: long reads.
    case aside(@Sendable (Exchange) throws -> HTTPResponse)
    /// When something else is done, what waits for the disk: begins, and hands on how the answer is made
    /// once that is known; not where it throws.
    case later(@Sendable (Exchange, @escaping Later) throws -> Void)

    /// Takes the way to make an answer; called once, on any thread.
    typealias Later = @Sendable (@escaping @Sendable () throws -> HTTPResponse) -> Void
  }

  /// A parameter of a route.
  struct Parameter: Sendable {
    enum Place: String, Sendable { case path, query, header }
    let name: String
    let place: Place
    let isRequired: Bool
    /// A JSON Schema.
    let schema: JSONValue
    let doc: Text
    /// What its value is held to before the route works; nil where the route does that itself.
    var kind: ValueKind?
    /// Whether it is several values of that kind with commas between.
    var isList = false
  }

  /// A type of content and the JSON Schema of it.
  struct Content: Sendable {
    /// Types it may have, each with a schema.
    let types: [(type: String, schema: JSONValue)]
    /// One that could be sent or answered, of the first type.
    var example: JSONValue?
  }

  /// An answer a route gives.
  struct Answer: Sendable {
    let status: Int
    let doc: Text
    /// Nil for an answer without a body.
    let content: Content?
  }

  init(
    _ method: String, _ path: String, _ name: String, _ summary: Text,
    permission: Permission?, isPage: Bool = false, parameters: [Parameter] = [],
    body: Content? = nil, answers: [Answer], problems: [Int] = [],
    lastChange: (@Sendable (Exchange, Moment) -> Int64)? = nil, _ work: Work
  ) {
    self.method = method
    self.path = path
    self.name = name
    self.summary = summary
    self.permission = permission
    self.isPage = isPage
    self.parameters = parameters
    self.body = body
    self.answers = answers
    self.problems = problems
    self.lastChange = lastChange
    self.work = work
    pattern = path.split(separator: "/")
    places = pattern.enumerated().filter { $0.element.first == "{" }.map { index, part in
      let takesRest = part.hasSuffix("+}")
      return Place(
        name: String(part.dropFirst().dropLast(takesRest ? 2 : 1)), index: index,
        takesRest: takesRest)
    }
    queryParameters = parameters.filter { $0.place == .query } + [.language]
  }
}
