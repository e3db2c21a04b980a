extension FieldType {
  /// What a value of this type has to be, in words for a refusal.
  package var expectation: String {
    switch self {
    case .money(let minimum):
      "a whole number of minor units from \(minimum) to \(FieldType.largestInteger)"
    case .count, .positive, .integer, .basisPoints, .dailyRate:
      "a whole number from \(bounds?.lowerBound ?? 0) to \(bounds?.upperBound ?? 0)"
    case .oneOf(let values): values.map { "\($0)" }.joined(separator: " or ")
    case .seq: "the sequence number of an event, from 0"
    case .bool: "true or false"
    case .date: "a date, YYYY-MM-DD"
    case .instant: "an instant in UTC with three decimals, such as 2026-03-02T15:15:00.000Z"
    case .offsetInstant: "an instant with its local offset, such as 2026-03-02T10:15:00-05:00"
    case .time: "a local time, HH:MM"
    case .id: "an id: 1 to 64 of A-Z a-z 0-9 . _ : -"
    case .text(let most): "a text of 1 to \(most) characters"
    case .sha256: "a SHA-256 digest: 64 hexadecimal digits, lower case"
    case .treeRoot: "32 bytes in base64: 44 characters, the last one ="
    case .vkey: "a key for signed notes: name+hash+base64"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .currency: "an ISO 4217 code in use, such as PEN"
    case .country: "an ISO 3166-1 code, such as PE"
    case .object(let shape):
      "an object of " + shape.fields.map { $0.name.text }.joined(separator: ", ")
    case .list(let element, let count, _):
      "a list of \(count.lowerBound) to \(count.upperBound) values, each \(element.expectation)"
    }
  }

  /// The type's name in the table of events.
  package var name: String {
    switch self {
    case .money: "money"
    case .count: "count"
    case .positive: "positive"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .oneOf(let values): values.map { "\($0)" }.joined(separator: " or ")
    case .basisPoints: "bp"
    case .dailyRate: "daily rate"
    case .seq: "seq"
    case .bool: "bool"
    case .date: "date"
    case .instant: "instant"
    case .offsetInstant: "instant with offset"
    case .time: "time"
    case .id: "id"
    case .text(let most): "text(\(most))"
    case .sha256: "sha256"
    case .treeRoot: "tree root"
    case .vkey: "vkey"
    case .choice(let words): words.joined(separator: ", ")
    case .currency: "currency"
    case .country: "country"
    case .object(let shape): shape.name
    case .list(let element, _, _): "list of \(element.name)"
    }
  }
}
