internal import CanonicalJSON
internal import Collections
internal import EventStore

/// Why results of parts cannot be read, or do not make a whole.
package struct PartialResultError: Error, Equatable, Sendable {
  /// The kinds of failure, with the names under which they are reported.
  package enum Code: String, Sendable {
    /// The bytes are no partial result, or not as they were written.
    case damaged = "damaged_part"
    /// They are not of one ledger, size, root, day, number of parts, and program.
    case mixed = "mixed_parts"
    /// A part is not there, or an event is in none.
    case missing = "missing_part"
    /// A part is there twice, or an account in two.
    case doubled = "doubled_part"
  }

  /// Which kind.
  package var code: Code
  /// What is wrong, for a person.
  package var detail: String

  init(_ code: Code, _ detail: String) { (self.code, self.detail) = (code, detail) }

  package static func == (left: PartialResultError, right: PartialResultError) -> Bool {
    left.code == right.code
  }
}

/// What one part of a ledger's accounts comes to, as it goes from the worker that made it to whoever puts the
/// parts together.
///
/// A file of it is a line of canonical JSON, the tables' CSV one after the other, and a line with the SHA-256
/// of all bytes before it:
///
///     {"part":{"accounts":…,"contacts":…,"counts":{…},"failures":[…],"ledger":"…","on":"…","partition":"2/7",
///              "program":"…","root":"…","size":…,"tables":[{"bytes":…,"name":"accounts"},…],"totals":[…]}}
///     account,currency,…
///     {"sha256":"…"}
package struct PartialResult: Sendable {
  /// Which part.
  package var partition: Partition
  /// The ledger's number, the tree's head over the events it was made of, and the SHA-256 of the program that
  /// made it: parts of one whole have these in common.
  package var ledger: String
  package var root: String
  package var program: String
  /// What the part comes to.
  package var result: ReplayResult

  /// A result of given parts.
  package init(
    _ result: ReplayResult, _ partition: Partition, ledger: String, root: String, program: String
  ) {
    (self.result, self.partition) = (result, partition)
    (self.ledger, self.root, self.program) = (ledger, root, program)
  }

  /// The file's bytes.
  package var bytes: [UInt8] {
    let header = JSONValue.object([
      "accounts": .integer(result.accounts), "contacts": .integer(result.contacts),
      "counts": result.counts.json,
      "failures": .array(
        result.failures.map {
          .object(["code": .string($0.code.rawValue), "context": .string($0.context)])
        }),
      "ledger": .string(ledger), "on": .string(result.on.text),
      "partition": .string("\(partition.number)/\(partition.count)"),
      "program": .string(program), "root": .string(root), "size": .integer(result.size),
      "tables": .array(
        result.tables.map {
          .object([
            "bytes": .integer(Int64($0.pieces.reduce(0) { $0 + $1.count })),
            "name": .string($0.name),
          ])
        }),
      "totals": .array(result.totals.map(\.json)),
    ])
    var bytes = JSONValue.object(["part": header]).canonicalBytes
    bytes.append(UInt8(ascii: "\n"))
    for table in result.tables {
      for piece in table.pieces { bytes += piece }
    }
    let digest = Digest(hashing: bytes.span).hex
    bytes += JSONValue.object(["sha256": .string(digest)]).canonicalBytes
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Reads a file's bytes. Throws `damaged`.
  package init(parsing bytes: [UInt8]) throws(PartialResultError) {
    let footer = JSONValue.object(["sha256": .string(String(repeating: "0", count: 64))])
    let end = bytes.count - footer.canonicalBytes.count - 1
    guard end > 0,
      let stated = try? JSONValue(
        parsing: bytes.span.extracting(end..<bytes.count - 1), as: .json),
      stated["sha256"]?.stringValue == Digest(hashing: bytes.span.extracting(0..<end)).hex
    else {
      throw PartialResultError(.damaged, "it is no partial result, or not as it was written")
    }
    guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONValue(parsing: bytes.span.extracting(0..<newline), as: .json)["part"],
      let partition = header["partition"]?.stringValue.flatMap({ Partition($0) }),
      let ledger = header["ledger"]?.stringValue, let root = header["root"]?.stringValue,
      let program = header["program"]?.stringValue,
      let result = ReplayResult(header, Array(bytes[(newline + 1)..<end]))
    else { throw PartialResultError(.damaged, "it is a partial result of another kind") }
    self.init(result, partition, ledger: ledger, root: root, program: program)
  }
}

extension ReplayResult {
  /// Reads what a partial result's first line and its tables say.
  fileprivate init?(_ header: JSONValue, _ csv: [UInt8]) {
    guard let size = header["size"]?.integerValue,
      let on = header["on"]?.stringValue.flatMap({ CivilDate($0) }),
      let counts = header["counts"].flatMap({ EventCounts($0) }),
      let accounts = header["accounts"]?.integerValue,
      let contacts = header["contacts"]?.integerValue,
      let totals = header["totals"]?.arrayValue, let failures = header["failures"]?.arrayValue,
      let parts = header["tables"]?.arrayValue
    else { return nil }
    var tables: [DerivedTable] = []
    var start = 0
    for part in parts {
      guard let count = part["bytes"]?.integerValue, let name = part["name"]?.stringValue,
        count >= 0, count <= csv.count - start,
        let table = DerivedTable(named: name, Array(csv[start..<start + Int(count)]))
      else { return nil }
      tables.append(table)
      start += Int(count)
    }
    guard start == csv.count else { return nil }
    self.init(
      size: size, on: on, counts: counts, accounts: accounts, contacts: contacts,
      totals: totals.compactMap { PortfolioTotals($0) },
      failures: failures.compactMap { failure in
        failure["code"]?.stringValue.flatMap { RuleError.Code(rawValue: $0) }.map {
          RuleError($0, failure["context"]?.stringValue ?? "")
        }
      }, tables: tables)
    guard self.totals.count == totals.count, self.failures.count == failures.count else {
      return nil
    }
  }
}

extension EventCounts {
  /// By type, those that there are.
  fileprivate var json: JSONValue {
    JSONValue(
      members: EventType.allCases.filter { self[$0] > 0 }.map {
        JSONMember(key: $0.name, value: .integer(self[$0]))
      })
  }

  fileprivate init?(_ value: JSONValue) {
    guard let members = value.objectValue else { return nil }
    self.init()
    for member in members {
      guard let type = EventType(named: member.key), let count = member.value.integerValue else {
        return nil
      }
      add(count, of: type)
    }
  }
}

extension PortfolioTotals {
  /// The figures as texts: a sum may be larger than JSON's whole numbers.
  fileprivate var json: JSONValue {
    .object([
      "accounts": .integer(accounts), "currency": .string(currency.code),
      "figures": .array(Self.names.map { .string("\(self[$0])") }),
      "payments": .integer(payments), "placed": .integer(placed),
    ])
  }

  fileprivate init?(_ value: JSONValue) {
    guard let currency = value["currency"]?.stringValue.flatMap({ Currency($0) }),
      let accounts = value["accounts"]?.integerValue, let placed = value["placed"]?.integerValue,
      let payments = value["payments"]?.integerValue,
      let texts = value["figures"]?.arrayValue?.compactMap(\.stringValue)
    else { return nil }
    let figures = texts.compactMap { Int128($0) }
    guard figures.count == Self.names.count, texts.count == figures.count else { return nil }
    self.init(
      currency: currency, accounts: accounts, placed: placed, payments: payments, figures: figures)
  }
}
