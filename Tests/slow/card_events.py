"""Maps the clients of "Default of credit card clients" to events: what was stated, paid and late.

A client is an account with a limit and six months, April to September 2005. In each of them:

    the 15th       PaymentReceived   what was paid (PAY_AMT); what it pays beyond the last statement
                                     was bought since: ChargeAssessed principal, of the same day
    the last day   ScheduleSet       the statement (BILL_AMT), one item; of a bill of 0 or less none

The item of a statement falls due at the end of the next month where the month's status (PAY) is -2
(nothing bought), -1 (paid in full) or 0 (the least paid, the rest goes on), and 30 days a month
of delay earlier where it is above 0: then the days past due are 30 times the status. The three
kinds of being on time differ in what is owed and in what was paid of it, which the features see. A
status above 0 with nothing owed (1,345 clients in September) leaves nothing that could be late.
What comes after, default in October (class), is WrittenOff on 31 October.

AGE becomes the birth decade, for the report of fairness alone. SEX, EDUCATION and MARRIAGE are not
taken.
"""

import csv
import datetime
import json
import lzma

MONTHS = [("2005-04-15", "2005-04-30", "2005-05-31"), ("2005-05-15", "2005-05-31", "2005-06-30"),
          ("2005-06-15", "2005-06-30", "2005-07-31"), ("2005-07-15", "2005-07-31", "2005-08-31"),
          ("2005-08-15", "2005-08-31", "2005-09-30"), ("2005-09-15", "2005-09-30", "2005-10-31")]
SCORED_ON, DEFAULTED_ON = "2005-09-30", "2005-10-31"
# Statuses by month, April first: the source names September's 0.
STATUSES = ("PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0")


def cents(text):
    """Money of the source in minor units."""
    return round(float(text) * 100)


def days_before(day, count):
    """The date so many days before one."""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(count)).isoformat()


def clients(path, modulus=1):
    """The clients of the file; with a modulus, one of so many."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number % modulus == 0:
                yield row


def events_of(row):
    """The drafts of one client's events."""
    account = f"C-{row['ID']}"
    stream = f"account/{account}"

    def draft(kind, effective, key, data, on=stream):
        return {"type": kind, "stream": on, "effective": effective, "key": f"{account}:{key}",
                "data": data}

    decade = (2005 - int(row["AGE"])) // 10 * 10
    yield draft("SubjectUpdated", "2005-04-01", "person", {"birthDecade": decade},
                on=f"subject/client-{row['ID']}")
    # What the first payment pays was stated in March, which is not told.
    known = cents(row["PAY_AMT6"])
    yield draft("AccountOpened", "2005-04-01", "opened", {
        "account": account, "subject": f"client-{row['ID']}", "creditor": "bank",
        "product": "card", "currency": "TWD", "creditLimit": cents(row["LIMIT_BAL"]),
        "items": [{"n": 1, "dueOn": "2005-04-30", "principal": known}] if known else []})
    owed = known
    for number, (paid_on, stated_on, due_on) in enumerate(MONTHS):
        paid = cents(row[f"PAY_AMT{6 - number}"])
        bill = max(cents(row[f"BILL_AMT{6 - number}"]), 0)
        status = int(row[STATUSES[number]])
        if paid > owed:
            yield draft("ChargeAssessed", paid_on, f"bought:{number}", {
                "component": "principal", "amount": paid - owed, "label": "purchases"})
        if paid > 0:
            yield draft("PaymentReceived", paid_on, f"paid:{number}", {
                "payment": f"{account}:{number}", "amount": paid, "currency": "TWD",
                "method": "transfer"})
        due = days_before(stated_on, 30 * status) if status > 0 else due_on
        items = [{"n": 1, "dueOn": due, "principal": bill}] if bill else []
        yield draft("ScheduleSet", stated_on, f"stated:{number}", {"items": items})
        owed = bill
    if row["class"] == "1":
        yield draft("WrittenOff", DEFAULTED_ON, "defaulted", {"reason": "default"})


def write_drafts(path, out, modulus=1):
    """Writes the drafts of all clients; gives how many clients and drafts."""
    count = drafts = 0
    with open(out, "w", encoding="utf-8") as file:
        for row in clients(path, modulus):
            count += 1
            for event in events_of(row):
                drafts += 1
                file.write(json.dumps(event, separators=(",", ":")) + "\n")
    return count, drafts
