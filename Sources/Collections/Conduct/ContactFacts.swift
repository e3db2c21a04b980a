/// What is known, on a day, of whom a contact is with and of who makes it.
package struct ContactFacts: Equatable, Sendable {
  /// The person; nil where no event tells of her.
  package var person: PersonFacts?
  /// The day from which the limitation of the account asked about runs: the debt fell due, or the
  /// period began anew.
  package var limitationFrom: CivilDate?
  /// The certificates of who makes the contact.
  package var certificates: [Certificate] = []

  /// A course passed, and the last day it holds.
  package struct Certificate: Equatable, Sendable {
    /// The course.
    package var course: String
    /// The last day on which it holds.
    package var until: CivilDate
    /// The event.
    package var seq: Int64

    /// A course passed.
    package init(course: String, until: CivilDate, seq: Int64) {
      self.course = course
      self.until = until
      self.seq = seq
    }
  }

  /// What is known of a person.
  package init(_ person: PersonFacts?) { self.person = person }
}
