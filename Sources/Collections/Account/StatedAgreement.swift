/// A restructuring as `PlanAgreed` states it (ledger-rules, section 6).
package struct StatedPlan: BitwiseCopyable, Sendable {
  /// Its id, a text of the book.
  package var id = TextReference.empty
  /// Its items: where they begin among the book's, and how many they are.
  var firstItem: Int64 = 0
  var itemCount: Int32 = 0
  /// What is given up, in minor units.
  package var haircut = Amounts()
  /// Interest the plan itself adds.
  package var planInterest: Int64 = 0
  /// The days past due it stands without default.
  package var defaultAfterDays: Int64 = 0
  /// Which kind of plan it is.
  package var kind = PlanKind.paymentPlan
  /// Whether its items accrue.
  package var accrues = false
  /// Whether it falls away in default.
  package var isConditional = false

  /// Its items among the book's.
  var items: Range<Int> { Int(firstItem)..<Int(firstItem) + Int(itemCount) }
}

/// A promise as `PromiseMade` states it, or what `PromiseRescheduled` makes of it (section 7).
package struct StatedPromise: BitwiseCopyable, Sendable {
  /// Its id, a text of the book.
  package var id = TextReference.empty
  /// What is promised; 0 where a rescheduling leaves it as it was.
  package var amount: Int64 = 0
  /// The day by which it will be paid, in days since 1970-01-01.
  package var dueOn: Int32 = 0
  /// The share that may be missing, in basis points.
  package var toleranceBp: Int32 = 0
  /// Business days it may be late.
  package var graceDays: Int32 = 0
}

/// The texts of a fact that no rule computes with: a hold, a dispute, a suit, what interrupted limitation.
package struct StatedFact: BitwiseCopyable, Equatable, Sendable {
  /// The id of a hold or dispute; the court of a suit; what interrupted a limitation; a new owner.
  package var name = TextReference.empty
  /// The kind of a hold, the scope of a dispute, the number of a case.
  package var kind = TextReference.empty
  /// Why.
  package var reason = TextReference.empty
}
