/// The tables, indexes and views of a read model's SQLite file, as documented SQL.
///
/// SQLite keeps the comments inside a statement, so that `.schema` shows them too. Amounts are whole
/// numbers in minor units, dates are texts `YYYY-MM-DD`, and a cell without a value is NULL.
package enum DatabaseSchema {
  /// The version of all of it, in `PRAGMA user_version`.
  package static let version: Int64 = 2
  /// What tells a read model's file from any other database, in `PRAGMA application_id`: `Quip`.
  package static let applicationID: Int64 = 0x5175_6970

  /// Everything, in the order in which it is made.
  package static var text: String { [tables, indexes, views].joined(separator: "\n") }

  /// The tables: those of `replay --format csv`, column for column, and what is known of the file.
  package static let tables = #"""
    CREATE TABLE meta (
      -- What the file holds for. Changed in the transaction that changes the rows.
      --   ledger   the ledger's id                size     how many of its events are in here
      --   root     the tree's head at that size   on       the day of all figures
      --   program  which version wrote it         rules    the SHA-256 of that program
      key TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE accounts (
      -- Every account open on the day.
      account TEXT NOT NULL PRIMARY KEY,
      currency TEXT NOT NULL,        -- ISO 4217
      product TEXT NOT NULL,         -- what was lent, sold or imposed
      status TEXT NOT NULL,          -- open, paid, writtenOff, closed
      principal INTEGER NOT NULL,    -- unpaid, by component, accrual included
      interest INTEGER NOT NULL,
      penalty INTEGER NOT NULL,
      cost INTEGER NOT NULL,
      outstanding INTEGER NOT NULL,  -- their sum
      overdue INTEGER NOT NULL,      -- of it what was due before the day
      credit INTEGER NOT NULL,       -- money that no item took
      daysPastDue INTEGER NOT NULL,  -- of the oldest item that ages, pauses left out
      bucket TEXT NOT NULL,          -- 0, 1-30, 31-60, 61-90, 91-120, 121-180, 181-365, 366+
      classification TEXT,           -- the supervisor's class, where a table speaks of the product
      provision INTEGER NOT NULL,    -- of the principal, by that class
      paid INTEGER NOT NULL,         -- payments in force
      lastPaymentOn TEXT,
      nextDueOn TEXT                 -- the soonest item due on or after the day
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE payments (
      -- Every payment by the day. An id stands twice where the first was voided.
      account TEXT NOT NULL,
      payment TEXT NOT NULL,
      effective TEXT NOT NULL,       -- value date
      amount INTEGER NOT NULL,
      principal INTEGER NOT NULL,    -- what it settled, by component
      interest INTEGER NOT NULL,
      penalty INTEGER NOT NULL,
      cost INTEGER NOT NULL,
      credit INTEGER NOT NULL,       -- what was left over
      state TEXT NOT NULL            -- applied, chargedBack, reversed, voided
    ) STRICT;

    CREATE TABLE promises (
      -- Every promise to pay, and what became of it.
      account TEXT NOT NULL,
      promise TEXT NOT NULL,
      amount INTEGER NOT NULL,
      paid INTEGER NOT NULL,         -- what counted for it
      dueOn TEXT NOT NULL,
      graceEndsOn TEXT NOT NULL,     -- the last day on which money counts
      outcome TEXT NOT NULL,         -- open, kept, broken, cancelled
      PRIMARY KEY (account, promise)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE plans (
      -- Every arrangement, and how it stands.
      account TEXT NOT NULL,
      plan TEXT NOT NULL,
      kind TEXT NOT NULL,            -- paymentPlan, settlement, refinancing …
      state TEXT NOT NULL,           -- active, completed, replaced, cancelled, default
      since TEXT NOT NULL,           -- the day of that state
      PRIMARY KEY (account, plan)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE contacts (
      -- Every contact, planned or tried, and how far it came.
      account TEXT NOT NULL,
      contact TEXT NOT NULL,
      effective TEXT NOT NULL,
      channel TEXT,
      direction TEXT,                -- outbound, inbound
      localAt TEXT,                  -- when, where the person was
      state TEXT NOT NULL,           -- planned, authorized, blocked, attempted, failed, delivered,
                                     -- connected, answered
      party TEXT,                    -- who was reached
      code TEXT,                     -- of a failure or an outcome
      PRIMARY KEY (account, contact)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE scores (
      -- Every score recorded.
      account TEXT NOT NULL,
      seq INTEGER NOT NULL,          -- of the event that recorded it
      model TEXT NOT NULL,
      version INTEGER NOT NULL,
      asOf TEXT NOT NULL,            -- the day it was asked of
      points INTEGER NOT NULL,
      probabilityBp INTEGER NOT NULL, -- in hundredths of a percent
      reasons TEXT,                  -- features, a blank between
      basis INTEGER NOT NULL,        -- the size of the log it was made from
      PRIMARY KEY (account, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE failures (
      -- Accounts whose figures leave the range of money. They stand in no other table but contacts.
      account TEXT NOT NULL PRIMARY KEY,
      code TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE parked (
      -- Events that this version of the program could not read. All the rest goes on without them.
      seq INTEGER NOT NULL PRIMARY KEY,
      code TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    """#

  /// Indexes for the usual questions.
  package static let indexes = #"""
    CREATE INDEX accounts_by_days ON accounts (daysPastDue, account);
    CREATE INDEX accounts_by_due ON accounts (nextDueOn, account) WHERE nextDueOn IS NOT NULL;
    CREATE INDEX accounts_by_status ON accounts (status, currency);
    CREATE INDEX payments_by_account ON payments (account, payment);
    CREATE INDEX payments_by_day ON payments (effective);
    CREATE INDEX promises_by_outcome ON promises (outcome, graceEndsOn);
    CREATE INDEX plans_by_state ON plans (state, since);
    CREATE INDEX contacts_by_day ON contacts (effective);
    CREATE INDEX scores_by_model ON scores (account, model, asOf, seq);

    """#
}
