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

  /// The marks of a model's accounts. O(contacts + their events), one look-up an account that has any.
  init(_ model: ReadModel) {
    self.init(accounts: model.accounts.accounts.count)
    let numbers = Self.numbers(model)
    var owners = [Int32](repeating: -1, count: model.contacts.heads.count)
    for attempt in model.conduct.attempts {
      owners[Int(attempt.contact)] = numbers[Int(attempt.account)]
    }
    var messages = Messages(model.conduct.replies, contacts: owners.count)
    // How many marks each account has, then where they begin.
    Self.forEachContact(model, owners, &messages) { owner, _ in starts[Int(owner) + 1] += 1 }
    for reply in messages.apart where numbers[Int(reply.account)] >= 0 {
      starts[Int(numbers[Int(reply.account)]) + 1] += 1
    }
    for account in 1..<starts.count { starts[account] += starts[account - 1] }
    let none = Mark(seq: 0, effective: 0, kind: .visit, channel: .portal)
    marks = Array(repeating: none, count: Int(starts.last ?? 0))
    var next = starts
    func put(_ mark: Mark, of account: Int32) {
      marks[Int(next[Int(account)])] = mark
      next[Int(account)] += 1
    }
    Self.forEachContact(model, owners, &messages) { owner, mark in put(mark, of: owner) }
    for reply in messages.apart where numbers[Int(reply.account)] >= 0 {
      var mark = Self.mark(reply, model)
      mark.isFirst = true
      put(mark, of: numbers[Int(reply.account)])
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

  /// Replies by the contact they belong to.
  private struct Messages {
    /// Those of no contact that was ever tried, in the order recorded.
    var apart: [ConductBook.Reply] = []
    /// Those of a contact, by its number.
    var ofContact: [Int32: [ConductBook.Reply]] = [:]

    init(_ replies: [ConductBook.Reply], contacts count: Int) {
      for reply in replies {
        if reply.contact >= 0, Int(reply.contact) < count {
          ofContact[reply.contact, default: []].append(reply)
        } else {
          apart.append(reply)
        }
      }
    }
  }

  /// Gives the marks of every contact of a known account, contact by contact in the order of their
  /// numbers, each one's in the order recorded with its messages last. Messages of contacts never tried
  /// are put apart.
  private static func forEachContact(
    _ model: ReadModel, _ owners: [Int32], _ messages: inout Messages,
    _ body: (_ owner: Int32, Mark) -> Void
  ) {
    var places: [Int32] = []
    for contact in owners.indices {
      let own = messages.ofContact.isEmpty ? nil : messages.ofContact[Int32(contact)]
      guard owners[contact] >= 0 else {
        if let own {
          messages.apart += own
          messages.ofContact[Int32(contact)] = nil
        }
        continue
      }
      places.removeAll(keepingCapacity: true)
      var index = model.contacts.heads[contact]
      while index >= 0 {
        places.append(index)
        index = model.contacts.entries[Int(index)].previous
      }
      var isFirst = true
      for place in places.reversed() {
        guard var mark = mark(model.contacts.entries[Int(place)], model) else { continue }
        mark.isFirst = isFirst
        isFirst = false
        body(owners[contact], mark)
      }
      for reply in own ?? [] {
        var mark = mark(reply, model)
        mark.isFirst = isFirst
        isFirst = false
        body(owners[contact], mark)
      }
    }
  }

  private static func mark(_ entry: ContactBook.Entry, _ model: ReadModel) -> Mark? {
    let kind: Kind
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
    var mark = Mark(seq: entry.seq, effective: entry.effective, kind: kind, channel: .call)
    mark.isVoidable = model.accounts.isVoided(entry.seq, knownAt: .max)
    if mark.isAttempt {
      mark.channel = ContactChannel(rawValue: UInt8(max(0, entry.choice))) ?? .call
      mark.band = UInt8(max(0, entry.hour)) / 3
    }
    return mark
  }

  private static func mark(_ reply: ConductBook.Reply, _ model: ReadModel) -> Mark {
    var mark = Mark(
      seq: reply.seq, effective: reply.effective,
      kind: reply.isVisit ? .visit : .message, channel: reply.channel)
    mark.isVoidable = model.accounts.isVoided(reply.seq, knownAt: .max)
    return mark
  }
}
