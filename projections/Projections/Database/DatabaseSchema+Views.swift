extension DatabaseSchema {
  /// Views for the usual questions; each says which one it answers. "The day" is `meta`'s.
  package static let views = #"""
    CREATE VIEW today AS
      -- Of which day and of how much of the log is all this?
      SELECT
        (SELECT value FROM meta WHERE key = 'on') AS "on",
        CAST((SELECT value FROM meta WHERE key = 'size') AS INTEGER) AS size;

    CREATE VIEW aging AS
      -- How much is owed, by currency and by how late it is? As `quipu portfolio` says it.
      SELECT currency, bucket, count(*) AS accounts, sum(outstanding) AS outstanding,
        sum(overdue) AS overdue, sum(credit) AS credit, sum(provision) AS provision
      FROM accounts GROUP BY currency, bucket ORDER BY currency, min(daysPastDue);

    CREATE VIEW due_next AS
      -- Which accounts have something due next, and in how many days?
      SELECT account, currency, nextDueOn,
        CAST(julianday(nextDueOn) - julianday(today."on") AS INTEGER) AS days,
        outstanding, overdue
      FROM accounts, today WHERE nextDueOn IS NOT NULL ORDER BY nextDueOn, account;

    CREATE VIEW open_promises AS
      -- Which promises are open, what is missing, and how long will money still count?
      SELECT account, promise, amount, paid, max(amount - paid, 0) AS missing, dueOn, graceEndsOn,
        CAST(julianday(graceEndsOn) - julianday(today."on") AS INTEGER) AS daysLeft
      FROM promises, today WHERE outcome = 'open' ORDER BY graceEndsOn, account, promise;

    CREATE VIEW broken_promises AS
      -- Which promises were broken, newest first, and what does the account owe now?
      SELECT p.account, p.promise, p.amount, p.paid, max(p.amount - p.paid, 0) AS missing, p.dueOn,
        p.graceEndsOn, a.currency, a.overdue, a.daysPastDue
      FROM promises AS p LEFT JOIN accounts AS a USING (account)
      WHERE p.outcome = 'broken' ORDER BY p.graceEndsOn DESC, p.account, p.promise;

    CREATE VIEW promise_outcomes AS
      -- How do promises end, by the month they were due in? The kept rate is kept / (kept + broken).
      SELECT substr(dueOn, 1, 7) AS month, outcome, count(*) AS promises, sum(amount) AS amount,
        sum(paid) AS paid
      FROM promises GROUP BY month, outcome ORDER BY month, outcome;

    CREATE VIEW worst_payers AS
      -- Who is latest, owes most of it, and has broken how many promises? The signs before outcome make
      -- SQLite look an account's promises up by account, and not go through all that were broken.
      SELECT account, currency, daysPastDue, overdue, outstanding, lastPaymentOn,
        (SELECT count(*) FROM promises AS p WHERE p.account = a.account AND +outcome = 'broken')
          AS brokenPromises,
        (SELECT count(*) FROM promises AS p WHERE p.account = a.account AND +outcome = 'kept')
          AS keptPromises
      FROM accounts AS a WHERE overdue > 0
      ORDER BY daysPastDue DESC, overdue DESC, account;

    CREATE VIEW active_plans AS
      -- Which arrangements are in force, and how does the account stand?
      SELECT p.account, p.plan, p.kind, p.since, a.currency, a.outstanding, a.overdue, a.nextDueOn
      FROM plans AS p LEFT JOIN accounts AS a USING (account)
      WHERE p.state = 'active' ORDER BY p.account, p.plan;

    CREATE VIEW recent_contacts AS
      -- How often was each account contacted in the last 30 days, and how often reached?
      SELECT account, count(*) AS contacts, sum(direction = 'outbound') AS outbound,
        sum(state IN ('connected', 'answered')) AS reached, max(effective) AS lastOn
      FROM contacts, today
      WHERE effective > date(today."on", '-30 days') AND effective <= today."on"
        AND state NOT IN ('planned', 'authorized', 'blocked')
      GROUP BY account ORDER BY account;

    CREATE VIEW latest_scores AS
      -- What did each model say of each account last?
      SELECT account, model, version, asOf, points, probabilityBp, reasons, seq
      FROM (
        SELECT *, row_number() OVER (PARTITION BY account, model ORDER BY asOf DESC, seq DESC)
          AS place FROM scores)
      WHERE place = 1;

    CREATE VIEW monthly_payments AS
      -- How much came in each month, by currency? Payments reversed or voided are left out.
      SELECT substr(p.effective, 1, 7) AS month, a.currency, count(*) AS payments,
        sum(p.amount) AS amount, sum(p.principal) AS principal, sum(p.interest) AS interest,
        sum(p.penalty) AS penalty, sum(p.cost) AS cost, sum(p.credit) AS credit
      FROM payments AS p JOIN accounts AS a USING (account)
      WHERE p.state IN ('applied', 'chargedBack') GROUP BY month, a.currency
      ORDER BY month, a.currency;

    """#
}
