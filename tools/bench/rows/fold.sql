-- The fold of the same events in SQL, as far as SQL goes in a few queries: every contact and how far it
-- came, every payment in force, every account's sums and the day its oldest unpaid item fell due. Not
-- done here: accrual, allocation by component, plans, promises, waivers, voids, restatement.
CREATE TEMP TABLE contacts AS
  SELECT account, contact, min(effective) AS effective, max(channel) AS channel,
         max(direction) AS direction, max(localAt) AS localAt, max(rank) AS rank,
         max(party) AS party, max(code) AS code
  FROM (SELECT account, contact, effective, channel, direction, localAt, party, code,
               CASE type WHEN 'ContactPlanned' THEN 0 WHEN 'ContactAuthorized' THEN 1
                 WHEN 'ContactBlocked' THEN 2 WHEN 'ContactAttempted' THEN 3
                 WHEN 'ContactFailed' THEN 4 WHEN 'ContactDelivered' THEN 5
                 WHEN 'ContactConnected' THEN 6 ELSE 7 END AS rank
        FROM facts
        WHERE type IN ('ContactPlanned', 'ContactAuthorized', 'ContactBlocked', 'ContactAttempted',
                       'ContactFailed', 'ContactDelivered', 'ContactConnected', 'ContactOutcome'))
  GROUP BY account, contact ORDER BY account, contact;
CREATE TEMP TABLE payments AS
  SELECT account, payment, effective, amount FROM facts AS paid
  WHERE type = 'PaymentReceived'
    AND (account, payment) NOT IN (SELECT account, payment FROM facts
                                   WHERE type = 'PaymentReversed')
  ORDER BY account, payment;
CREATE TEMP TABLE items AS
  SELECT facts.account, item.value->>'$.dueOn' AS dueOn,
         item.value->>'$.principal' + coalesce(item.value->>'$.interest', 0) AS owed
  FROM facts, json_each(facts.items) AS item WHERE facts.type = 'AccountOpened';
CREATE TEMP TABLE accounts AS
  WITH paid AS (SELECT account, sum(amount) AS paid, max(effective) AS lastPaymentOn
                FROM payments GROUP BY account),
       due AS (SELECT account, dueOn, owed, sum(owed) OVER (PARTITION BY account ORDER BY dueOn) AS
                 through FROM items),
       late AS (SELECT due.account, min(dueOn) AS oldest, sum(owed) AS owed
                FROM due LEFT JOIN paid USING (account)
                WHERE through > coalesce(paid, 0) AND dueOn <= :day GROUP BY due.account)
  SELECT opened.account, coalesce(paid, 0) AS paid, lastPaymentOn, oldest, owed
  FROM (SELECT account FROM facts WHERE type = 'AccountOpened') AS opened
       LEFT JOIN paid USING (account) LEFT JOIN late USING (account)
  ORDER BY opened.account;
