import CanonicalJSON
import Collections
import EventStore
import Foundation
import Projections
import Testing

/// Lines of a log without a log: what projections are given, in order.
struct EventLines {
  private(set) var lines: [[UInt8]] = []

  var size: Int64 { Int64(lines.count) }

  init() {
    add(
      "LedgerOpened", "ledger/x", "2025-01-01",
      #"{"currency":"PEN","jurisdiction":"PE","keys":["k"],"ledger":"x","origin":"o","#
        + #""timeZone":"America/Lima"}"#)
  }

  /// Adds an event; gives its position.
  @discardableResult
  mutating func add(
    _ type: String, _ stream: String, _ on: String, _ data: String, subject: String? = nil,
    by actor: (id: String, kind: String) = ("u-1", "person"), at: String = "00:00:00"
  ) -> Int64 {
    let seq = size
    guard let fields = try? JSONValue(parsing: data, as: .event) else {
      Issue.record("not JSON: \(data)")
      return seq
    }
    let actor = JSONValue.object([
      "id": .string(actor.id), "kind": .string(actor.kind), "role": .string("agent"),
    ])
    var members: [String: JSONValue] = [
      "actor": actor, "at": .string("2025-01-01T\(at).000Z"), "data": fields,
      "effective": .string(on), "key": .string("k-\(seq)"), "n": .integer(seq),
      "salt": .string("AAAAAAAAAAAAAAAA"), "seq": .integer(seq), "stream": .string(stream),
      "type": .string(type), "v": .integer(1),
    ]
    if let subject { members["subject"] = .string(subject) }
    let line = JSONValue(members: members.map { JSONMember(key: $0.key, value: $0.value) })
    lines.append(line.canonicalBytes)
    return seq
  }

  /// An account of one item.
  mutating func open(
    _ account: String, _ product: String = "consumer", _ currency: String = "PEN",
    creditor: String = "bank", due: String = "2025-01-31", principal: Int64
  ) {
    add(
      "AccountOpened", "account/\(account)", "2025-01-31",
      #"{"account":"\#(account)","creditor":"\#(creditor)","currency":"\#(currency)","#
        + #""items":[{"dueOn":"\#(due)","n":1,"principal":\#(principal)}],"#
        + #""product":"\#(product)","subject":"S-1"}"#)
  }

  /// Takes the model forward to a size.
  func advance(_ model: inout ReadModel, to size: Int64) throws {
    var reader = FieldReader()
    for line in lines[Int(model.size)..<Int(size)] {
      try model.apply(try EventEnvelope(parsing: line.span), line.span, &reader)
    }
  }

  /// A model of the first so many events.
  func model(_ size: Int64? = nil) throws -> ReadModel {
    var model = ReadModel()
    try advance(&model, to: size ?? self.size)
    return model
  }
}

/// The seed of a randomised test: `QUIPU_SEED`, or a fresh one; printed either way.
func seed(of test: String = #function) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0..<1 << 32)
  print("\(test): QUIPU_SEED=\(seed)")
  return seed
}

/// A date that a test writes down.
func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }
