package import Collections

/// Every request about personal data on a day, as known at a position: what is due, late, answered.
package struct RequestList: Sendable {
  /// The requests: those that wait for something first, soonest due first; then the others as they came.
  package private(set) var rows: [DataRequest] = []
  /// Steps that name no request of their person, in the order recorded.
  package private(set) var strays:
    [(subject: String, request: String, type: EventType, seq: Int64)] =
      []
  /// The terms the requests are held to; nil where the jurisdiction's are not known.
  package let terms: RequestTerms?

  /// Derives the list. O(events of people + requests log requests).
  ///
  /// - Parameters:
  ///   - people: the book of people.
  ///   - calendar: the ledger's business days on the day.
  ///   - jurisdiction: whose terms hold, an ISO 3166 code.
  ///   - subject: the one person asked about; nil for all.
  ///   - date: the day.
  ///   - knownAt: the position.
  package init(
    _ people: PeopleBook, _ calendar: BusinessCalendar, jurisdiction: String,
    subject: String? = nil, on date: CivilDate, knownAt: Int64
  ) {
    let terms = RequestTerms(jurisdiction: jurisdiction)
    self.terms = terms
    let numbers = subject.map { people.subjects.find($0).map { [$0] } ?? [] }
    for person in numbers ?? Array(0..<people.count) {
      rows += people.requests(ofPerson: person, on: date, knownAt: knownAt, terms, calendar)
    }
    for person in numbers ?? Array(0..<people.count) {
      for stray in people.strayRequestSteps(ofPerson: person, on: date, knownAt: knownAt) {
        strays.append((people.subjects.text(person), stray.request, stray.type, stray.seq))
      }
    }
    strays.sort { $0.seq < $1.seq }
    rows.sort { Self.precedes($0, $1) }
  }

  private static func precedes(_ first: DataRequest, _ second: DataRequest) -> Bool {
    if first.isPending != second.isPending { return first.isPending }
    if first.isPending {
      let (one, other) = (first.dueOn?.days ?? .max, second.dueOn?.days ?? .max)
      if one != other { return one < other }
    }
    return first.seq < second.seq
  }

  /// The requests of an id, those that wait for something alone where there are any: ids are given by
  /// people, and two may have given the same.
  package func requests(_ id: String) -> [DataRequest] {
    let named = rows.filter { $0.id == id }
    let pending = named.filter(\.isPending)
    return pending.isEmpty ? named : pending
  }
}
