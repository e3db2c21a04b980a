internal import CanonicalJSON
package import Collections
internal import EventStore

/// What the assistant answered, as columns. An account's answers form a chain from the last to the first.
package struct AnswerBook: Sendable {
  /// An answer.
  package struct Entry: BitwiseCopyable, Sendable {
    /// The event; the size of the log it was made from; how sure the reading was; the texts' version.
    package var seq: Int64
    package var basis: Int64
    package var probabilityBp: Int64
    package var version: Int64
    /// Texts of the book: whom it was given to, the text used, its tone, the document it stands in, the
    /// classifier's. The messages answered and the events of its facts are as they lie in the log.
    package var subject = TextReference.empty
    package var template = TextReference.empty
    package var tone = TextReference.empty
    package var policy = TextReference.empty
    package var model = TextReference.empty
    package var evidence = TextReference.empty
    package var events = TextReference.empty
    /// The day it was answered for; the account's number here; the answer before it of the same account.
    package var asOf: Int32
    package var account: Int32
    package var previous: Int32
    /// The places of the words among the cases.
    package var intent: UInt8
    package var topic: UInt8
    package var step: UInt8
    package var language: UInt8
    package var channel: UInt8
  }

  /// Ids of accounts and their numbers.
  package private(set) var accounts = TextIndex()
  /// The answers, in the order of the log.
  package private(set) var entries: [Entry] = []
  private var heads: [Int32] = []
  private var texts = TextColumn()

  /// Nothing yet.
  package init() {}

  /// The types this projection reads.
  static func reads(_ type: EventType) -> Bool { type == .answerGiven }

  /// Takes one event. O(event) amortised. Throws ``RuleError`` `malformed_event`.
  mutating func apply(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let stream = StreamName(recorded: line, envelope.stream), stream.kind == .account else {
      throw RuleError(.malformed, "seq \(envelope.seq): stream")
    }
    do {
      try reader.read(.answerGiven, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), AnswerGiven, \(error.code.rawValue)")
    }
    func keep(_ name: FieldName) -> TextReference {
      reader.range(name).map { texts.append(line, $0) } ?? .empty
    }
    func keepList(_ name: FieldName) -> TextReference {
      reader.valueRange(name).map { texts.append(line, $0) } ?? .empty
    }
    func place(_ name: FieldName) -> UInt8 { UInt8(clamping: reader.choice(name) ?? 0) }
    let account = accounts.number(line, stream.id)
    if account == heads.count { heads.append(-1) }
    let entry = Entry(
      seq: envelope.seq, basis: reader.integer(.basis) ?? -1,
      probabilityBp: reader.integer(.probabilityBp) ?? 0,
      version: reader.integer(.version) ?? 0,
      subject: envelope.subject.isEmpty ? .empty : texts.append(line, envelope.subject),
      template: keep(.template), tone: keep(.tone), policy: keep(.policy), model: keep(.model),
      evidence: keepList(.evidence), events: keepList(.events),
      asOf: reader.date(.asOf) ?? .min, account: Int32(account), previous: heads[account],
      intent: place(.intent), topic: place(.reason), step: place(.action),
      language: place(.language), channel: place(.channel))
    heads[account] = Int32(entries.count)
    entries.append(entry)
  }

  /// A text of the book.
  package func text(_ reference: TextReference) -> String { texts.text(reference) }

  /// The numbers of a list as it lies in the log: `[3,17]`.
  package func numbers(_ reference: TextReference) -> [Int64] {
    text(reference).split { !$0.isNumber }.compactMap { Int64($0) }
  }

  /// The answers about an account to a person before a position that count, last first.
  package func answers(
    about account: String, to subject: String, knownAt: Int64, voids: AccountBook
  ) -> [Entry] {
    guard let number = accounts.find(account) else { return [] }
    var (found, index): ([Entry], Int32) = ([], heads[number])
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      if entry.seq < knownAt, text(entry.subject) == subject,
        !voids.isVoided(entry.seq, knownAt: knownAt)
      {
        found.append(entry)
      }
    }
    return found
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try accounts.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try visitor.visit(&entries)
    try visitor.visit(&heads)
  }
}

extension AnswerBook.Entry {
  /// What it was read as, what was answered, and what follows.
  package var wordedIntent: Intent { Intent.allCases[Int(intent)] }
  package var wordedTopic: AnswerTopic { AnswerTopic.allCases[Int(topic)] }
  package var wordedStep: AnswerStep { AnswerStep.allCases[Int(step)] }
  package var wordedLanguage: MessageLanguage { MessageLanguage.allCases[Int(language)] }
  package var wordedChannel: ContactChannel { ContactChannel.allCases[Int(channel)] }
}
