package import CanonicalJSON
internal import Collections

extension DataRequest {
  /// The request as programs read it; what is not there is null.
  package var json: JSONValue {
    func text(_ value: String?) -> JSONValue {
      value.map { $0.isEmpty ? .null : .string($0) } ?? .null
    }
    func number(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
    return .object([
      "subject": .string(subject), "request": .string(id), "right": .string("\(right)"),
      "via": .string(via), "seq": .integer(seq), "filedOn": .string(filedOn.text),
      "dueOn": text(dueOn?.text), "statedDueOn": .string(statedDueOn.text),
      "state": .string(state.rawValue), "isLate": .bool(state == .late || state == .answeredLate),
      "businessDaysLeft": number(businessDaysLeft.map(Int64.init)), "source": text(source),
      "note": text(note), "askedOn": text(askedOn?.text), "askedBy": number(askedBy),
      "sendBy": text(sendBy?.text), "extendedBy": number(extendedBy),
      "answeredOn": text(answeredOn?.text), "answeredBy": number(answeredBy),
      "decision": text(decision), "package": text(packageDigest),
      "warnings": .array(warnings.map { .string($0.rawValue) }),
    ])
  }
}
