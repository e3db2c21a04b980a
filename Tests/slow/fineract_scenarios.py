"""Turns the scenarios of Apache Fineract's end-to-end tests into drafts, and into what to ask then.

Charges with a due date are additions to the instalment in whose period they fall, or items of their
own after the last; undone transactions are reversed payments; charge adjustments are payments;
re-ageing is a plan agreed, and its undoing a plan cancelled.
"""
import datetime
import decimal
import json
import re

ORDERS = {
    "ADVANCED_PAYMENT_ALLOCATION": ["penalty", "cost", "principal", "interest"],
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER": ["penalty", "cost", "interest", "principal"],
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST":
        ["penalty", "cost", "interest", "principal"],
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE":
        ["penalty", "interest", "principal", "cost"],
}
# Steps that check what a ledger of collections has no word for; they change nothing.
SILENT = [r"creates a client", r"approves the loan", r"inline COB job", r"Journal entries",
          r"[Ee]vent", r"^Repayment transaction is created", r"Charge is successfully added",
          r"nextPaymentDueDate", r"lastRepaymentAmount", r"actualMaturityDate",
          r"future installment allocation rule", r"delinquency range is", r"delinquency data",
          r"last payment amount", r"must return 500 code", r"transaction fails because",
          r"Repayment failed because", r"higher than the available charge amount",
          r"Delinquency-actions have", r"Increase Business Date", r"is reverted",
          r"pause periods has the following data", r"^$"]


class LeftOut(Exception):
    """A scenario that needs what this ledger does not do."""


def cents(text):
    """Minor units of a decimal amount; an empty cell is none."""
    return int((decimal.Decimal(text or "0") * 100).to_integral_exact())


def date(text):
    """A date as Fineract writes it, e.g. 1 July 2022, or ISO."""
    form = "%Y-%m-%d" if re.match(r"\d{4}-", text) else "%d %B %Y"
    return datetime.datetime.strptime(text, form).date()


def rows(table):
    """A table's rows as dictionaries."""
    return [dict(zip(table[0], row)) for row in table[1:]]


class Scenario:
    """One scenario on its way to drafts and to what is to be asked afterwards."""

    def __init__(self, scenario, number):
        self.name = f'{scenario["file"]}:{scenario["line"]} {scenario["name"]}'
        self.steps = scenario["steps"]
        self.account = f"F-{number}"
        self.drafts, self.checks = [], []
        self.today = self.opened = None
        self.loan = {"Payment strategy": "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
                     "interest type": "FLAT", "LoanProduct": "LP1"}
        self.items, self.payments, self.charges, self.plans = [], [], [], 0
        # What is owed, as the steps add up.
        self.balance = 0

    def draft(self, event, effective, **data):
        """Adds a draft; gives its place."""
        self.drafts.append(json.dumps({
            "type": event, "stream": f"account/{self.account}", "effective": effective.isoformat(),
            "key": f"{self.account}:{len(self.drafts)}", "data": data}))
        return len(self.drafts) - 1

    def read(self):
        """Turns every step into a draft or a check. Throws LeftOut."""
        if sum("successfully disburse" in step["text"] for step in self.steps) != 1:
            raise LeftOut("no single disbursement")
        for step in self.steps:
            self.step(step["text"], step["table"])
        if not self.checks:
            raise LeftOut("no figure that a ledger of collections has")

    def step(self, text, table):
        """One step."""
        for pattern, action in ACTIONS:
            if match := re.search(pattern, text):
                action(self, *match.groups(), table=table)
                return
        if not any(re.search(pattern, text) for pattern in SILENT):
            raise LeftOut(re.sub(r'"[^"]*"|\d+(\.\d+)?', "…", text))

    def set_date(self, day, table):
        """The business date."""
        self.today = date(day)

    def define(self, table):
        """A fully customised loan."""
        self.loan = rows(table)[0]
        if "OVERDUE" in self.loan["LoanProduct"]:
            raise LeftOut("fees that a nightly job adds to overdue instalments")
        rate = decimal.Decimal(self.loan["ANNUAL interest rate %"])
        if rate and self.loan["interest type"] != "FLAT":
            raise LeftOut("a declining-balance schedule")

    def customise(self, principal, months, count, table):
        """A loan by principal and number of monthly instalments."""
        self.loan |= {"with Principal": principal, "numberOfRepayments": count,
                      "repaymentEvery": "1", "repaymentFrequencyType": "MONTHS"}

    def disburse(self, day, amount, table):
        """Opens the account with the schedule that the first table states, or an even one."""
        self.opened = date(day)
        self.items = self.stated_schedule() or self.even_schedule(cents(amount))
        self.balance = sum(principal + interest for _, principal, interest in self.items)
        items = [{"n": n, "dueOn": due.isoformat(), "principal": principal, "interest": interest}
                 for n, (due, principal, interest) in enumerate(self.items, 1)]
        self.draft("AccountOpened", self.opened, account=self.account, subject="S-1",
                   creditor="fineract", product="other", currency="EUR", items=items,
                   allocation={"order": ORDERS[self.loan["Payment strategy"]]})
        if "DOWNPAYMENT_AUTO" in self.loan["LoanProduct"]:
            self.pay("Down Payment", self.opened, self.items[0][1])

    def stated_schedule(self):
        """Due dates, principal and interest as the scenario's first schedule has them."""
        for step in self.steps:
            if re.search(r"Repayment schedule has \d+ periods", step["text"]):
                stated = [(date(row["Date"]), cents(row["Principal due"]), cents(row["Interest"]))
                          for row in rows(step["table"]) if row["Nr"]]
                return [item for item in stated if item[1] or item[2]]
        return None

    def even_schedule(self, amount):
        """Equal instalments of whole units, the rest in the last one."""
        count = int(self.loan.get("numberOfRepayments", 1))
        if self.loan.get("ANNUAL interest rate %", "0") != "0":
            raise LeftOut("interest, and no schedule that states it")
        share = round(decimal.Decimal(amount) / count / 100) * 100
        days = [self.opened + datetime.timedelta(30 * n) for n in range(1, count + 1)]
        if self.loan.get("repaymentFrequencyType") == "MONTHS":
            days = [months_after(self.opened, n) for n in range(1, count + 1)]
        return [(day, share if n < count else amount - share * (count - 1), 0)
                for n, day in enumerate(days, 1)]

    def pay(self, kind, day, amount):
        """A payment of that kind."""
        name = f"p-{len(self.payments)}"
        self.payments.append({"name": name, "kind": kind, "day": day, "amount": amount,
                              "undone": False})
        self.balance -= amount
        self.draft("PaymentReceived", day, payment=name, amount=amount, currency="EUR",
                   method="transfer")

    def repay(self, kind, day, amount, table):
        """A repayment as one of several kinds."""
        self.pay("Down Payment" if kind == "DOWN_PAYMENT" else "Repayment", date(day),
                 cents(amount))

    def transact(self, kind, day, amount, table):
        """A transaction of a kind."""
        if kind == "GOODWILL_CREDIT":
            raise LeftOut("goodwill credit goes to the last instalment, other money to the next")
        self.pay(kind.replace("_", " ").title(), date(day), cents(amount))

    def undo(self, number, kind, day, table):
        """Takes back the n-th transaction of a day."""
        found = [payment for payment in self.payments
                 if payment["day"] == date(day) and kind in (None, payment["kind"])]
        if int(number) > len(found):
            raise LeftOut("takes back what is no payment")
        self.reverse(found[int(number) - 1])

    def undo_repayment(self, day, table):
        """Takes back the repayment of a day."""
        found = [payment for payment in self.payments
                 if payment["day"] == date(day) and not payment["undone"]]
        if not found:
            raise LeftOut("takes back what is no payment")
        self.reverse(found[-1])

    def reverse(self, payment):
        """Takes a payment back."""
        payment["undone"] = True
        self.balance += payment["amount"]
        self.draft("PaymentReversed", max(self.today, payment["day"]), payment=payment["name"],
                   kind="error", reason="undone")

    def charge(self, name, day, amount, table):
        """A charge with a due date: an addition to the instalment in whose period it falls."""
        self.add_charge("penalty" if "NSF" in name else "cost", date(day), cents(amount))

    def bounce(self, day, table):
        """The fee of 10 for a payment that bounced."""
        self.add_charge("penalty", date(day), 1000)

    def process(self, percent, day, table):
        """A fee in percent of principal and interest."""
        whole = sum(principal + interest for _, principal, interest in self.items)
        self.add_charge("cost", date(day), int(decimal.Decimal(percent) * whole / 100))

    def add_charge(self, component, day, amount):
        """Charges an instalment, or what comes after the last."""
        item = next((n for n, (due, _, _) in enumerate(self.items, 1)
                     if day <= due and due > self.opened), None)
        self.balance += amount
        self.charges.append({"component": component, "amount": amount, "item": item})
        named = {"item": item} if item else {}
        effective = max(self.opened, min(self.today, day) if item else day)
        self.draft("ChargeAssessed", effective, component=component, amount=amount,
                   label="charge", **named)

    def waive(self, table):
        """Waives the last charge."""
        charge = self.charges[-1]
        named = {"item": charge["item"]} if charge["item"] else {}
        self.draft("ChargeWaived", self.today, component=charge["component"],
                   amount=charge["amount"], reason="waived", **named)

    def adjust_charge(self, amount, table):
        """A charge adjustment is money like any other."""
        self.pay("Charge Adjustment", self.today, cents(amount))

    def revert_adjustment(self, day, amount, table):
        """Takes a charge adjustment back."""
        found = [payment for payment in self.payments if payment["kind"] == "Charge Adjustment"
                 and payment["amount"] == cents(amount) and not payment["undone"]]
        self.reverse(found[-1])

    def charge_back(self, amount, number, table):
        """Charges back the last payment, or one by its number."""
        paid = [payment for payment in self.payments if payment["kind"] == "Repayment"]
        payment = paid[int(number) - 1] if number else paid[-1]
        self.balance += cents(amount)
        self.draft("PaymentChargedBack", self.today, payment=payment["name"], amount=cents(amount))

    def re_age(self, table):
        """Spreads what is owed over new instalments."""
        row = rows(table)[0]
        count, step = int(row["numberOfInstallments"]), int(row.get("frequencyNumber", 1))
        # That product rounds instalments to whole units.
        digits = 0 if "AUTO" in self.loan["LoanProduct"] else 2
        share = int(round(decimal.Decimal(self.balance) / count / 100, digits) * 100)
        first = date(row["startDate"])
        self.plans += 1
        items = [{"n": n + 1, "principal": share if n < count - 1
                  else self.balance - share * (count - 1),
                  "dueOn": (months_after(first, n * step) if row["frequencyType"] == "MONTHS"
                            else first + datetime.timedelta(n * step)).isoformat()}
                 for n in range(count)]
        self.draft("PlanAgreed", self.today, plan=f"re-age-{self.plans}", kind="reprogramming",
                   items=items, conditional=False, defaultAfterDays=9999)

    def undo_re_age(self, table):
        """Cancels the plan."""
        self.draft("PlanCancelled", self.today, plan=f"re-age-{self.plans}", reason="undone")

    def refund(self, day, amount, table):
        """Gives credit back."""
        self.draft("RefundIssued", date(day), amount=cents(amount), method="transfer")

    def check(self, kind, wanted):
        """Something to be compared with the state after the drafts so far."""
        if self.opened:
            self.checks.append((len(self.drafts), self.today, kind, wanted))


def months_after(day, count):
    """The same day so many months later, or the month's last."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month, min(day.day, last))


def checking(kind):
    """An action that keeps a table or a figure to be compared."""
    def action(scenario, *groups, table):
        scenario.check(kind, groups[0] if groups else table)
    return action


ACTIONS = [
    (r'sets the business date to "([^"]+)"', Scenario.set_date),
    (r"creates a fully customized loan with the following data", Scenario.define),
    (r'new customised Loan .*Principal: "(\d+)", a loanTermFrequency: (\d+) months, and '
     r"numberOfRepayments: (\d+)", Scenario.customise),
    (r"creates a new default Loan", lambda scenario, table: None),
    (r'disburse the loan on "([^"]+)" with "([\d.]+)"', Scenario.disburse),
    (r'Customer makes "(\w+)" repayment on "([^"]+)" with ([\d.]+) EUR transaction amount$',
     Scenario.repay),
    (r'Customer makes "(\w+)" transaction with .* on "([^"]+)" with ([\d.]+) EUR',
     Scenario.transact),
    (r'Customer undo "(\d+)"th (?:"([^"]+)" )?transaction made on "([^"]+)"', Scenario.undo),
    (r'Customer makes a repayment undo on "([^"]+)"', Scenario.undo_repayment),
    (r'adds "(LOAN_SNOOZE_FEE|LOAN_NSF_FEE)" due date charge with "([^"]+)" due date and '
     r"([\d.]+) EUR", Scenario.charge),
    (r'adds an NSF fee because of payment bounce with "([^"]+)"', Scenario.bounce),
    (r'adds a ([\d.]+) % Processing charge .*"en" locale on date: "([^"]+)"', Scenario.process),
    (r"Admin waives (?:due date )?charge", Scenario.waive),
    (r"makes a charge adjustment .* with ([\d.]+) EUR transaction amount", Scenario.adjust_charge),
    (r'reverts the charge adjustment which was raised on "([^"]+)" with ([\d.]+) EUR',
     Scenario.revert_adjustment),
    (r"chargeback with ([\d.]+) EUR transaction amount(?: for Payment nr. (\d+))?",
     Scenario.charge_back),
    (r"creates a Loan re-aging transaction", Scenario.re_age),
    (r"undo Loan re-aging transaction", Scenario.undo_re_age),
    (r'Credit Balance Refund transaction on "([^"]+)" with ([\d.]+) EUR', Scenario.refund),
    (r"Repayment schedule has \d+ periods", checking("schedule")),
    (r"Repayment schedule has the following data in Total row", checking("total")),
    (r"Transactions tab has the following data", checking("transactions")),
    (r"Loan Charges tab has", checking("charges")),
    (r"Loan has ([\d.]+) outstanding amount", checking("outstanding")),
    (r"Loan has ([\d.]+) overpaid amount", checking("overpaid")),
    (r'Loan status will be "(\w+)"', checking("status")),
]
