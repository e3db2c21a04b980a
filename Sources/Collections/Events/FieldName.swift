/// A key of an event's `data` or of an object inside it: the vocabulary, declared once.
///
/// The spelling of a case is the key on disk, so renaming one changes the format. The raw value is
/// an index into tables in memory and is never recorded.
package enum FieldName: UInt8, CaseIterable, Hashable, Sendable {
  case account, accrues, action, address, advance, agency, agent, agreed, allocation, amount
  case answer, approver, arm, asOf, assignee, at, aucBp, authorization, automated, awareAt
  case balance, basis, birthDate, birthDecade, brierBp, breach, bucket, bureau, buyer, by, bytes,
    `case`
  case category, channel, checks, citation, code, compensatoryBp, compensatoryDaily, complaint
  case component, conditional, consent, contact, contained, contract, cost, country, course, court
  case creditLimit, creditor, currency, cutoff, days, daysPastDue, decision, defaultAfterDays
  case defaultBp, defaultDaily, detail, direction, dispute, document, documentType, dueOn
  case dueToInability, events, evidence, expected, featuresSha256, fields, from, giniBp, graceDays,
    ground
  case grounds
  case haircut, hold, holidays, identity, informedText, inputs, instruction, intent, interest
  case item, items, jurisdiction, keys, kind, ksBp, label, language, ledger, level, localAt
  case localZone, materiality, measure, method, metrics, model, n, name, nextReview, notes
  case offer, on, order, origin, outcome, `package`, part, parts, party, pausesAccrual, payer
  case payment, penalty, placedOn, placement, plan, planInterest, point, points, policy
  case portfolio, price, principal, probabilityBp, product, promise, psiBp, purgeBy, purpose
  case reader, reason, reasons, receipt, recipient, recording, reference, region, representative
  case request, retires, reviewer, right, role, roll, root, rule, rules, scope, score, seconds
  case security, segment, sha256, significant, size, source, spread, stopsAccrual, strategy,
    strength
  case subject, subjects, target, template, terms, text, timeZone, to, toleranceBp, tone
  case trainedOn, until, validUntil, value, verdict, version, via, vkey, window, windows, year
  case yearDays

  /// The key as recorded.
  package var text: String { FieldName.texts[Int(rawValue)] }

  private static let texts: [String] = allCases.map { "\($0)" }
}
