internal import Collections

/// What the features of contacts are counted from, account by account: every attempt, delivery and reply as
/// sixteen bytes, those of one contact together in the order recorded.
///
///     starts    account number ─► its first mark
///     marks     ▐ contact: attempt, delivery, connection, message ▐ contact: … ▐ portal visit ▐ …
///
/// Made once from the columns of ``ContactBook`` and ``ConductBook``, it answers for any day and size.
struct ContactMarks: Sendable {
  /// What happened.
  enum Kind: UInt8, BitwiseCopyable {
    /// The creditor's side tried; the person did.
    case outbound, inbound
    /// It reached its contact point; it reached the person.
    case delivered, reached
    /// The person wrote; she looked in by herself.
    case message, visit
  }

  struct Mark: BitwiseCopyable {
    var seq: Int64
    var effective: Int32
    var kind: Kind
    var channel: ContactChannel
    /// Of an attempt: which three hours of the local day it was made in.
    var band: UInt8 = 0
    /// Whether it is the first of its contact, and whether a void names it.
    var isFirst = false
    var isVoidable = false

    var isAttempt: Bool { kind == .outbound || kind == .inbound }
  }

  private(set) var marks: [Mark] = []
  /// Where each account's begin, by its number in ``AccountBook``; one more at the end.
  private(set) var starts: [Int32] = []

  /// No marks of so many accounts.
  init(accounts count: Int) {
    starts = Array(repeating: 0, count: count + 1)
  }

  /// The marks of a model's accounts, all or some by their numbers. O(contacts + their events), one look-up an
  /// account that has any; of some O(contacts), a comparison each.
  init(_ model: ReadModel, only accounts: [Int]? = nil) {
    self.init(accounts: model.accounts.accounts.count)
    let numbers = accounts.map { Self.numbers(model, of: $0) } ?? Self.numbers(model)
    var gathered = Gathered(model, numbers)
    gathered.takeContacts()
    gathered.takeReplies()
    // How many marks each account has, then where they begin, then each contact's to their place.
    for group in gathered.groups { starts[Int(group.owner) + 1] += group.count }
    for account in 1..<starts.count { starts[account] += starts[account - 1] }
    let none = Mark(seq: 0, effective: 0, kind: .visit, channel: .portal)
    marks = Array(repeating: none, count: gathered.marks.count)
    var next = starts
    var place = 0
    for group in gathered.groups {
      for _ in 0..<group.count {
        marks[Int(next[Int(group.owner)])] = gathered.marks[place]
        next[Int(group.owner)] += 1
        place += 1
      }
    }
  }

  /// The numbers in ``AccountBook`` of the accounts that contacts are about; −1 for one that is not there.
  private static func numbers(_ model: ReadModel) -> [Int32] {
    let names = model.conduct.accounts
    var name: [UInt8] = []
    return (0..<names.count).map { number in
      name.removeAll(keepingCapacity: true)
      names.append(number, to: &name)
      return Int32(model.accounts.accounts.find(name.span, 0..<name.count) ?? -1)
    }
  }
}

extension ContactMarks {
  /// The same, of some accounts alone: −1 for all others.
  private static func numbers(_ model: ReadModel, of accounts: [Int]) -> [Int32] {
    var numbers = [Int32](repeating: -1, count: model.conduct.accounts.count)
    for account in accounts {
      if let place = model.conduct.accounts.find(model.accounts.accounts.text(account)) {
        numbers[place] = Int32(account)
      }
    }
    return numbers
  }
}

/// The marks of all accounts, contact by contact in the order of their numbers.
private struct Gathered {
  /// Marks of one contact, or a reply that belongs to none.
  struct Group: BitwiseCopyable {
    /// The account's number in ``AccountBook``.
    var owner: Int32
    var count: Int32
  }

  private(set) var marks: [ContactMarks.Mark] = []
  private(set) var groups: [Group] = []
  private let entries: [ContactBook.Entry]
  private let heads: [Int32]
  private let attempts: [ConductBook.Attempt]
  private let voids: [Int64: Int64]
  private let numbers: [Int32]
  /// Replies by the contact they belong to, and those that belong to none that was tried.
  private var ofContact: [Int32: [ConductBook.Reply]] = [:]
  private var apart: [ConductBook.Reply] = []

  init(_ model: ReadModel, _ numbers: [Int32]) {
    (entries, heads) = (model.contacts.entries, model.contacts.heads)
    (attempts, voids) = (model.conduct.attempts, model.accounts.voids)
    self.numbers = numbers
    marks.reserveCapacity(attempts.count * 2)
    for reply in model.conduct.replies {
      if reply.contact < 0 {
        apart.append(reply)
      } else {
        ofContact[reply.contact, default: []].append(reply)
      }
    }
  }

  /// Takes every contact that was tried on a known account: its events in the order recorded, its
  /// messages last.
  mutating func takeContacts() {
    var owners = [Int32](repeating: -1, count: heads.count)
    for attempt in attempts { owners[Int(attempt.contact)] = numbers[Int(attempt.account)] }
    for contact in owners.indices {
      let replies = ofContact.isEmpty ? nil : ofContact[Int32(contact)]
      guard owners[contact] >= 0 else {
        apart += replies ?? []
        continue
      }
      let first = marks.count
      // The chain leads from the last recorded back.
      var index = heads[contact]
      while index >= 0 {
        let entry = entries[Int(index)]
        index = entry.previous
        if let mark = mark(entry) { marks.append(mark) }
      }
      marks[first...].reverse()
      for reply in replies ?? [] { marks.append(mark(reply)) }
      close(from: first, of: owners[contact])
    }
  }

  /// Takes the replies that belong to no contact, each by itself.
  mutating func takeReplies() {
    for reply in apart where numbers[Int(reply.account)] >= 0 {
      marks.append(mark(reply))
      close(from: marks.count - 1, of: numbers[Int(reply.account)])
    }
  }

  /// Ends a group of marks.
  private mutating func close(from first: Int, of owner: Int32) {
    guard first < marks.count else { return }
    marks[first].isFirst = true
    groups.append(Group(owner: owner, count: Int32(marks.count - first)))
  }

  private func isVoidable(_ seq: Int64) -> Bool { !voids.isEmpty && voids[seq] != nil }

  private func mark(_ entry: ContactBook.Entry) -> ContactMarks.Mark? {
    let kind: ContactMarks.Kind
    switch entry.type {
    case .contactAttempted:
      let isOutbound = entry.direction == Int8(ContactDirection.outbound.rawValue)
      kind = isOutbound ? .outbound : .inbound
    case .contactDelivered: kind = .delivered
    case .contactConnected:
      guard entry.choice == Int8(ContactParty.right.rawValue) else { return nil }
      kind = .reached
    default: return nil
    }
    var mark = ContactMarks.Mark(
      seq: entry.seq, effective: entry.effective, kind: kind, channel: .call)
    mark.isVoidable = isVoidable(entry.seq)
    if mark.isAttempt {
      mark.channel = ContactChannel(rawValue: UInt8(max(0, entry.choice))) ?? .call
      mark.band = UInt8(max(0, entry.hour)) / 3
    }
    return mark
  }

  private func mark(_ reply: ConductBook.Reply) -> ContactMarks.Mark {
    var mark = ContactMarks.Mark(
      seq: reply.seq, effective: reply.effective, kind: reply.isVisit ? .visit : .message,
      channel: reply.channel)
    mark.isVoidable = isVoidable(reply.seq)
    return mark
  }
}
