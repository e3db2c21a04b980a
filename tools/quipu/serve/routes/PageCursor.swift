internal import CanonicalJSON
internal import Collections
internal import EventStore

/// Which page of a listing is asked for: of what moment, from where on, how many rows.
struct Page: Sendable {
  /// The moment of all pages of the listing.
  let moment: Moment
  /// The size of the ledger when its first page was asked for.
  let present: Int64
  /// The id after which it goes on; empty at the beginning, and where rows are counted alone.
  let after: String
  /// How many rows after that were given already.
  let skip: Int
  /// As many rows as it may have.
  let limit: Int
  private let listing: String

  static let parameters: [Route.Parameter] = [.on, .knownAt, .limit, .cursor]

  /// Reads `cursor` and `limit`; without a cursor, `on` and `knownAt` say the moment.
  ///
  /// A cursor is opaque to clients: base64url of the listing's name, day, both sizes, rows and id.
  /// Throws ``Problem`` 422 `bad_cursor` for one that no page of this listing gave.
  init(_ exchange: Exchange, of listing: String) throws(Problem) {
    self.listing = listing
    limit = Int(exchange.integer("limit") ?? 100)
    guard let text = exchange.request.parameter("cursor") else {
      moment = try exchange.moment()
      present = max(moment.size, exchange.service.books.size)
      (after, skip) = ("", 0)
      return
    }
    let words = Self.words(text) ?? []
    let now = exchange.service.books.size
    guard words.count == 6, words[0] == listing, let on = CivilDate(String(words[1])),
      let size = Int64(words[2]), let present = Int64(words[3]), let skip = Int(words[4]),
      0...present ~= size, 0...now ~= present, 0...1_000_000_000 ~= skip,
      words[5].isEmpty || isIdentifier(String(words[5]))
    else {
      throw Problem(
        422, "bad_cursor",
        Text(
          "no page of this listing gave that cursor", "ninguna página de esta lista dio ese cursor"),
        [
          ("field", .string("cursor")),
          ("expected", .string("the `next` of a page of the same listing")),
        ])
    }
    moment = Moment(on: on, size: size)
    (self.present, self.skip, after) = (present, skip, String(words[5]))
  }

  /// The cursor of the page that goes on after an id and some rows more.
  func next(after id: String = "", skip: Int) -> String {
    let text = "\(listing) \(moment.on.text) \(moment.size) \(present) \(skip) \(id)"
    return String(
      decoding: Base64.encode(Array(text.utf8)).filter { $0 != UInt8(ascii: "=") }.map { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
      }, as: UTF8.self)
  }

  private static func words(_ cursor: String) -> [Substring]? {
    guard cursor.utf8.count <= 256 else { return nil }
    var base64 = cursor.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
    while base64.count % 4 != 0 { base64.append(UInt8(ascii: "=")) }
    guard let bytes = Base64.decode(base64.span),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return text.split(separator: " ", omittingEmptySubsequences: false)
  }
}

extension Exchange {
  /// Answers with a page: a listing's JSON with `next`, the next page's cursor or null, and a `Link`.
  func answer(
    _ page: Page, _ make: () throws -> (json: JSONValue, next: String?)
  ) rethrows -> HTTPResponse {
    let (json, next) = try make()
    let link = next.map { (name: "Link", value: "<\(target(withCursor: $0))>; rel=\"next\"") }
    return HTTPResponse(
      json: json.adding("next", next.map { .string($0) } ?? .null),
      headers: link.map { [$0] } ?? [])
  }

  /// The path and query asked for, with another cursor.
  private func target(withCursor cursor: String) -> String {
    let kept = request.query.filter { $0.name != "cursor" } + [("cursor", cursor)]
    return request.path + "?"
      + kept.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
  }
}

/// A value as a query takes it: all but unreserved characters (RFC 3986) as `%XX`.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var out: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      out.append(byte)
    default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: out, as: UTF8.self)
}
