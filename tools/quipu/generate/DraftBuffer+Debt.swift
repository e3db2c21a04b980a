import Collections

/// The objects that several events about a debt have in common.
extension DraftBuffer {
  /// The `allocation` of an opening; profile 0 is the ledger's default and is left out.
  mutating func allocation(_ profile: Int, of account: SimulatedAccount) {
    guard profile > 0 else { return }
    let isLast = profile == 3 && account.product == UInt8(Market.mortgage)
    let advance = isLast ? "last" : profile == 2 ? "hold" : "next"
    let order =
      profile == 1
      ? ["interest", "cost", "penalty", "principal"]
      : ["penalty", "interest", "cost", "principal"]
    object("allocation") { allocation in
      allocation.string("advance", advance)
      allocation.array("order") { list in
        for word in order { list.word(word) }
      }
      allocation.string("spread", profile == 2 ? "item" : "component")
    }
  }

  /// The instalments from a number on, as `items`.
  mutating func items(from first: Int, of account: SimulatedAccount) {
    array("items") { list in
      account.forEachInstalment { number, principal, interest in
        guard number >= first else { return }
        list.element { item in
          item.date("dueOn", account.dueOn(number))
          if interest > 0 { item.integer("interest", interest) }
          item.integer("n", Int64(number))
          item.integer("principal", principal)
        }
      }
    }
  }

  /// The `terms` of a debt at a rate; bills bear none and age from one sol on.
  mutating func terms(rate: Int, of account: SimulatedAccount) {
    object("terms") { terms in
      if account.bearsInterest {
        terms.integer("compensatoryDaily", Market.rates[rate].daily)
        terms.integer("defaultDaily", Market.rates[rate].defaultDaily)
      } else {
        terms.integer("materiality", 100)
      }
      terms.string("roll", "following")
    }
  }
}
