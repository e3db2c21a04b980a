internal import CanonicalJSON
import Collections

/// Writes drafts, one canonical JSON object and a newline each, and hands them out one by one.
///
/// Holds the few lines of one step; its memory is kept from step to step.
struct DraftBuffer {
  private var writer = CanonicalWriter()
  private var scratch: [UInt8] = []
  private var ends: [Int] = []
  private var taken = 0

  /// Whether every line was handed out.
  var isEmpty: Bool { taken == ends.count }

  /// Forgets all lines.
  mutating func removeAll() {
    writer.bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    taken = 0
  }

  /// Hands out the next line with its newline; there must be one.
  mutating func takeLine<Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let start = taken == 0 ? 0 : ends[taken - 1]
    let end = ends[taken]
    taken += 1
    try body(writer.bytes.span.extracting(start..<end))
  }

  // MARK: One line

  /// Begins a draft: writes who records it and opens its `data`.
  mutating func begin(by actor: SimulatedActor) {
    writer.beginObject()
    writer.key("actor")
    writer.beginObject()
    writer.key("id")
    actor.appendID(to: &scratch)
    putScratch()
    string("kind", actor.isPerson ? "person" : "system")
    string("role", actor.isPerson ? "agent" : "recorder")
    writer.endObject()
    writer.key("data")
    writer.beginObject()
  }

  /// Ends a draft: closes `data` and writes the rest of the envelope. The key is the account's id
  /// and the number of the event in its story, so it stays the same whenever the story does.
  mutating func end(
    _ type: StaticString, effective: CivilDate, account: Int32, event: Int32,
    onSubject: Bool, naming subject: Int32?
  ) {
    close(effective: effective, key: "PE-", account, event)
    writer.key("stream")
    if onSubject, let subject {
      appendNumbered("subject/S-", subject, to: &scratch)
    } else {
      appendNumbered("account/PE-", account, to: &scratch)
    }
    putScratch()
    if let subject, !onSubject { self.subject("subject", subject) }
    endLine(type)
  }

  /// Ends a draft about a person, on her own stream or on an account's. The key is her id and the number
  /// of the event in her story.
  mutating func end(
    _ type: StaticString, effective: CivilDate, person: Int32, event: Int32,
    onAccount account: Int32?
  ) {
    close(effective: effective, key: "S-", person, event)
    writer.key("stream")
    if let account {
      appendNumbered("account/PE-", account, to: &scratch)
    } else {
      appendNumbered("subject/S-", person, to: &scratch)
    }
    putScratch()
    if account != nil { subject("subject", person) }
    endLine(type)
  }

  private mutating func close(
    effective: CivilDate, key prefix: StaticString, _ number: Int32, _ event: Int32
  ) {
    writer.endObject()
    date("effective", effective)
    writer.key("key")
    appendNumbered(prefix, number, to: &scratch)
    scratch.append(UInt8(ascii: ":"))
    appendDigits(Int(event), width: 1, to: &scratch)
    putScratch()
  }

  private mutating func endLine(_ type: StaticString) {
    writer.key("type")
    appendASCII(type, to: &scratch)
    putScratch()
    writer.endObject()

    writer.bytes.append(UInt8(ascii: "\n"))
    ends.append(writer.bytes.count)
    // A writer holds one value; the next line gets a fresh one around the same bytes.
    var bytes: [UInt8] = []
    swap(&bytes, &writer.bytes)
    writer = CanonicalWriter()
    swap(&bytes, &writer.bytes)
  }

  // MARK: Fields, to be given in canonical order

  /// A field that holds a word.
  mutating func string(_ name: StaticString, _ value: String) {
    writer.key(name)
    writer.string(value)
  }

  /// A field that holds a whole number.
  mutating func integer(_ name: StaticString, _ value: Int64) {
    writer.key(name)
    writer.integer(value)
  }

  /// A field that is true or false.
  mutating func bool(_ name: StaticString, _ value: Bool) {
    writer.key(name)
    writer.bool(value)
  }

  /// A field that holds a date.
  mutating func date(_ name: StaticString, _ value: CivilDate) {
    writer.key(name)
    value.appendText(to: &scratch)
    putScratch()
  }

  /// A field that holds a local moment of Peru, minutes after midnight, offset −05:00 all year.
  mutating func moment(_ name: StaticString, _ date: CivilDate, minute: Int, second: Int) {
    writer.key(name)
    date.appendText(to: &scratch)
    scratch.append(UInt8(ascii: "T"))
    appendDigits(minute / 60, width: 2, to: &scratch)
    scratch.append(UInt8(ascii: ":"))
    appendDigits(minute % 60, width: 2, to: &scratch)
    scratch.append(UInt8(ascii: ":"))
    appendDigits(second, width: 2, to: &scratch)
    appendASCII("-05:00", to: &scratch)
    putScratch()
  }

  /// A field that holds an account's id.
  mutating func account(_ name: StaticString, _ account: Int32) {
    writer.key(name)
    appendNumbered("PE-", account, to: &scratch)
    putScratch()
  }

  /// A field that holds a person's pseudonym.
  mutating func subject(_ name: StaticString, _ subject: Int32) {
    writer.key(name)
    appendNumbered("S-", subject, to: &scratch)
    putScratch()
  }

  /// A field that holds the id of one of an account's payments, contacts, promises…: a prefix, the
  /// account's number and its own.
  mutating func identifier(
    _ name: StaticString, _ prefix: StaticString, _ account: Int32, _ number: Int32
  ) {
    writer.key(name)
    appendNumbered(prefix, account, to: &scratch)
    scratch.append(UInt8(ascii: "-"))
    appendDigits(Int(number), width: 1, to: &scratch)
    putScratch()
  }

  /// A field that holds an object.
  mutating func object(_ name: StaticString, _ body: (inout DraftBuffer) -> Void) {
    writer.key(name)
    element(body)
  }

  /// A field that holds a list of objects or words, each written by `element` or `word`.
  mutating func array(_ name: StaticString, _ body: (inout DraftBuffer) -> Void) {
    writer.key(name)
    writer.beginArray()
    body(&self)
    writer.endArray()
  }

  /// An object in a list.
  mutating func element(_ body: (inout DraftBuffer) -> Void) {
    writer.beginObject()
    body(&self)
    writer.endObject()
  }

  /// A word in a list.
  mutating func word(_ value: String) {
    writer.string(value)
  }

  private mutating func putScratch() {
    // A span of one stored property borrows the whole struct, so the text is moved out and back.
    var text: [UInt8] = []
    swap(&text, &scratch)
    writer.string(utf8: text.span)
    text.removeAll(keepingCapacity: true)
    swap(&text, &scratch)
  }
}

/// Who records an event.
enum SimulatedActor {
  /// The creditor's own system of accounts.
  case core
  /// The system that takes payments from banks, wallets and agents.
  case gateway
  /// The system that sends messages.
  case notifier
  /// A person of a branch: town and number.
  case agent(region: UInt8, number: Int)
  /// A person of an outside agency.
  case agency(UInt8, number: Int)

  /// Whether it is a person rather than a program.
  var isPerson: Bool {
    switch self {
    case .core, .gateway, .notifier: false
    case .agent, .agency: true
    }
  }

  /// Appends the id, such as `ag-arequipa-3`.
  func appendID(to out: inout [UInt8]) {
    switch self {
    case .core: appendASCII("sys-core", to: &out)
    case .gateway: appendASCII("sys-gateway", to: &out)
    case .notifier: appendASCII("sys-notifier", to: &out)
    case .agent(let region, let number):
      appendASCII("ag-", to: &out)
      out.append(contentsOf: Market.regions[Int(region)].town.utf8)
      out.append(UInt8(ascii: "-"))
      appendDigits(number, width: 1, to: &out)
    case .agency(let agency, let number):
      out.append(contentsOf: Market.agencies[Int(agency)].utf8)
      appendASCII("-ag-", to: &out)
      appendDigits(number, width: 1, to: &out)
    }
  }
}

/// Appends a prefix and a number from 1, in seven digits or more, of something numbered from 0.
private func appendNumbered(_ prefix: StaticString, _ index: Int32, to out: inout [UInt8]) {
  appendASCII(prefix, to: &out)
  appendDigits(Int(index) + 1, width: 7, to: &out)
}

/// Appends a number of 0 or more in decimal, with leading zeros to `width`.
private func appendDigits(_ value: Int, width: Int, to out: inout [UInt8]) {
  var divisor = 1
  var digits = 1
  while digits < width || value / divisor >= 10 {
    divisor *= 10
    digits += 1
  }
  while divisor > 0 {
    out.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
    divisor /= 10
  }
}

/// Appends a literal's bytes.
private func appendASCII(_ literal: StaticString, to out: inout [UInt8]) {
  literal.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
}
