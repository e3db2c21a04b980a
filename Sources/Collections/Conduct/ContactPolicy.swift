/// Contact rules as one dated document: what a collector may do, when, and on what ground.
///
/// A policy is read once (``init(parsing:)``) and holds no text that its evaluation looks at, but
/// ids that a question may name. It stands alone: what it extends has been taken in
/// (``PolicySource``), so the text adopted into a ledger says all.
package struct ContactPolicy: Equatable, Sendable {
  /// The form of the documents this version reads.
  package static let format = "quipu-policy/1"
  /// The most bytes a document may have: 256 KiB.
  package static let longestDocument = 262_144

  /// The policy's id, that of its stream.
  package var id: String
  /// Its version, from 1.
  package var version: Int64
  /// Whose law it follows and whose holidays count: an ISO 3166 code, as `PE`.
  package var jurisdiction: String
  /// What a person calls it.
  package var title: String
  /// What holds of all its rules, as that counsel must confirm them.
  package var note: String
  /// The policies whose rules it takes in, each a built-in name or a path; none once resolved.
  package var extends: [String]
  /// Rules of those that it leaves out, by id.
  package var without: [String]
  /// Its rules, in the order of the document.
  package var rules: [PolicyRule]
  /// The texts that were looked at for what a court's paper looks like.
  package var templates: [PolicyTemplate]
}

/// One rule: a condition, what follows where it is not kept, and its source.
package struct PolicyRule: Equatable, Sendable {
  /// What an auditor calls it, as `PE-HRS`; a rule of several conditions stands there several times.
  package var id: String
  /// The condition.
  package var test: RuleTest
  /// What follows where it is not kept: `block` or `warn`.
  package var verdict: RuleVerdict
  /// The channels it is about.
  package var channels: ChannelSet
  /// The condition in words.
  package var condition: String
  /// The law, article and letter.
  package var citation: String
  /// The first and the last local day on which it holds; nil for no bound.
  package var from: CivilDate?
  package var to: CivilDate?
  /// What is not certain about it.
  package var note: String

  /// Whether it is in force on a day.
  package func holds(on date: CivilDate) -> Bool {
    if let from, date < from { return false }
    if let to, date > to { return false }
    return true
  }
}

/// A text that may be sent or said, and whether somebody looked at it.
package struct PolicyTemplate: Equatable, Sendable {
  /// The id that `ContactAttempted.template` names.
  package var id: String
  /// Whether it was found not to imitate the papers of a court.
  package var isReviewed: Bool
}

/// A set of channels: a bit each.
package struct ChannelSet: OptionSet, Hashable, Sendable {
  /// One bit a channel.
  package let rawValue: UInt16

  /// The set of these bits.
  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// The set of one channel.
  package init(_ channel: ContactChannel) {
    self.init(rawValue: 1 << UInt16(channel.rawValue))
  }

  /// Every channel.
  package static let all = ChannelSet(
    rawValue: 1 << UInt16(ContactChannel.allCases.count) - 1)

  /// The channels, in declared order.
  package var channels: [ContactChannel] {
    ContactChannel.allCases.filter { contains(ChannelSet($0)) }
  }
}

/// Days of the week and a time of them, local: `[from, to)`.
package struct LocalWindow: BitwiseCopyable, Hashable, Sendable {
  /// A bit a day, Monday the lowest.
  package var days: UInt8
  /// Seconds of the day; `to` is at most 86,400.
  package var from: Int32
  package var to: Int32
  /// The one day it is about, in days since 1970-01-01; nil for every week.
  package var on: Int32?

  /// Every day of the week.
  package static let everyDay: UInt8 = 0b111_1111

  /// A window.
  package init(days: UInt8 = everyDay, from: Int32, to: Int32, on: Int32? = nil) {
    self.days = days
    self.from = from
    self.to = to
    self.on = on
  }

  /// Whether a local moment lies in it.
  package func contains(_ date: CivilDate, second: Int) -> Bool {
    if let on, on != date.days { return false }
    return days & 1 << UInt8(date.weekday - 1) != 0 && second >= Int(from) && second < Int(to)
  }
}
