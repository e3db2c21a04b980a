internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One request on its way to an answer: who asks, for what, and the service that knows.
struct Exchange: Sendable {
  var request: HTTPRequest
  /// What the braces of the route's path hold, decoded.
  let path: PathValues
  /// Who asks; ``Grant/nobody`` where the route is open to all.
  let grant: Grant
  /// The reader's language: `?lang=`, else the console's cookie, else `Accept-Language`.
  let language: Language
  let service: Service

  /// How far ahead of today may be asked about: what falls due, and in what, is derived day by day.
  private static let daysAhead = 3_660

  /// The value of a parameter of the path that the route declares.
  func pathValue(_ name: String) -> String {
    guard let value = path[name] else { preconditionFailure("the path has no {\(name)}") }
    return value
  }

  /// The pair of moments asked about: `on`, else today where the ledger is kept; `knownAt`, a size or
  /// an instant, else all there is.
  ///
  /// Throws ``Problem`` 400 for a value that does not read, 404 for a size the ledger has not reached,
  /// 422 for a day more than ten years ahead.
  func moment() throws(Problem) -> Moment {
    var on = service.books.today
    if let text = request.parameter("on") {
      guard let date = CivilDate(text) else {
        throw .badParameter("on", text, Text("a date, YYYY-MM-DD", "una fecha, AAAA-MM-DD"))
      }
      let last = on + Self.daysAhead
      guard date <= last else {
        throw .senseless(
          "on", text, Text("at most \(last.text)", "como máximo \(last.text)"))
      }
      on = date
    }
    let size = service.books.size
    guard let text = request.parameter("knownAt") else { return Moment(on: on, size: size) }
    switch KnownAt(text) {
    case nil:
      throw .badParameter("knownAt", text, ValueKind.knownAt.objection(to: text) ?? "")
    case .size(let asked):
      guard asked <= size else {
        throw Problem(
          404, "no_such_size",
          Text("the ledger has only \(size) events", "el libro tiene solo \(size) eventos"),
          [("field", .string("knownAt")), ("value", .integer(asked))])
      }
      return Moment(on: on, size: asked)
    case .instant(let moment):
      return Moment(on: on, size: service.books.size(knownAt: moment))
    }
  }
}

/// A pair of moments: the day a state holds on, and how much of the ledger was known.
struct Moment: Equatable, Sendable {
  let on: CivilDate
  /// Only events with a lower `seq` count.
  let size: Int64
}
