"""What persons do in the portal, in a browser without scripts, and what the ledger says then."""

import datetime
import json
import re


class Acts:
    """One person after the other does one thing each."""

    def __init__(self, suite, browser):
        self.suite, self.browser, self.check = suite, browser, suite.check
        self.today = datetime.date.fromisoformat(json.loads(suite.desk.must("portfolio",
                                                                           "--json"))["on"])
        self.debtors = (found for subject in suite.people.with_documents()[8:]
                        if (found := self.debtor(subject)))

    def debtor(self, subject):
        """Somebody who owes, with the number and the id of the account; None for who does not."""
        for place, account in enumerate(self.suite.people.accounts[subject]):
            shown = self.suite.desk.run("show", account, "--json")
            if shown.returncode == 0:
                said = json.loads(shown.stdout)
                if said["outstanding"]["total"] > 30_000 and not said["promises"]:
                    return subject, place + 1, account
        return None

    def come_in(self):
        subject, number, account = next(self.debtors)
        self.suite.come_in(self.browser, subject)
        return subject, f"/accounts/{number}", account

    def show(self, account):
        return json.loads(self.suite.desk.must("show", account, "--json"))

    def events(self, account, kind):
        said = json.loads(self.suite.desk.must("history", account, "--json"))
        return [event for event in said["events"] if event["type"] == kind]

    def recorded(self, subject, kind):
        """How many events of a kind name her, in the log itself."""
        logs = sorted((self.suite.desk.folder / "ledger/log").glob("*.jsonl"))
        return sum(f'"type":"{kind}"' in line and f'"subject/{subject}"' in line
                   for log in logs for line in log.open(encoding="utf-8"))

    def open(self, path, language="es"):
        return self.browser.open(f"http://{self.suite.host}{path}?lang={language}")

    def text(self):
        return self.browser.evaluate("document.querySelector('main').innerText")

    def send(self, name, path, values, language="es"):
        """Fills the form of a page and presses its button; then as somebody would who presses
        twice: the same once more. Gives the page after."""
        self.check(not self.open(path, language), f"{name}: {self.browser.complaints}")
        self.suite.see(self.browser, f"{name}-form", language, [])
        again = self.form(values)
        complaints = self.browser.fill(values)
        self.suite.see(self.browser, f"{name}-done", language, complaints)
        text = self.text()
        done = "It is recorded" if language == "en" else "Quedó registrado"
        self.check(done in text, f"{name}: {text[:300]}")
        status, _, page = self.suite.ask("POST", again[0], again[1], cookie=again[2],
                                         User_Agent=again[3])
        self.check(status == 200 and done in page, f"{name}, pressed twice: {status}")
        return text

    def form(self, values, place=-1):
        """Path, fields, cookie and browser with which a form is sent: the last one, or another."""
        action, hidden = self.browser.evaluate(
            "(form => [form.getAttribute('action'),"
            "  [...form.querySelectorAll('input[type=hidden]')].map(e => [e.name, e.value])])"
            f"([...document.querySelectorAll('main form')].at({place}))")
        cookie = self.browser.call("Network.getCookies")["cookies"][0]
        fields = list(values.items()) + [tuple(pair) for pair in hidden]
        return (action, fields, f"{cookie['name']}={cookie['value']}",
                self.browser.evaluate("navigator.userAgent"))

    # The acts.

    def promise(self):
        _, path, account = self.come_in()
        due, later = self.today + datetime.timedelta(10), self.today + datetime.timedelta(20)
        for amount, day in (("0", due), ("-5", due), ("abc", due), ("99999999.99", due),
                            ("123.45", self.today + datetime.timedelta(400)),
                            ("123.45", self.today - datetime.timedelta(1)), ("", due)):
            self.open(f"{path}/promise")
            self.browser.evaluate("document.querySelector('main form').noValidate = true")
            self.browser.fill({"amount": amount, "day": str(day)})
            self.check("Hay un problema" in self.text(), f"promise of {amount} for {day}")
        self.suite.see(self.browser, "promise-wrong", "es", [])
        self.check(not self.events(account, "PromiseMade"), "a wrong promise is recorded")
        self.send("promise", f"{path}/promise", {"amount": "123.45", "day": str(due)})
        said = self.show(account)["promises"]
        self.check([(one["amount"], one["dueOn"]) for one in said] == [(12_345, str(due))],
                   f"promised: {said}")
        self.send("promise-moved", f"{path}/promise/move", {"day": str(later)}, "en")
        said = self.show(account)["promises"]
        self.check([one["dueOn"] for one in said] == [str(later)], f"moved: {said}")
        self.check(len(self.events(account, "PromiseRescheduled")) == 1, "moved more than once")

    def plan(self):
        """The first who is offered one: looks at others, then agrees six instalments."""
        for _ in range(40):
            subject, path, account = self.come_in()
            self.open(f"{path}/plan")
            if self.browser.evaluate("!!document.querySelector('[name=count]')"):
                break
        else:
            return self.check(False, "nobody is offered a plan")
        owed = self.show(account)["outstanding"]["total"]
        for values in ({"by": "count", "count": "999"}, {"by": "amount", "amount": "0.01"},
                       {"by": "count", "count": "x"}):
            self.open(f"{path}/plan")
            self.browser.evaluate("document.querySelector('main form').noValidate = true")
            self.browser.fill(values)
            self.check("Hay un problema" in self.text(), f"a plan by {values}: {self.text()}")
        self.suite.see(self.browser, "plan-wrong", "es", [])
        self.open(f"{path}/plan")
        self.browser.fill({"by": "amount", "amount": str(owed // 500)})
        self.suite.see(self.browser, "plan-by-amount", "es", [])
        self.open(f"{path}/plan", "en")
        self.browser.fill({"by": "count", "count": "6"})
        self.suite.see(self.browser, "plan-review", "en", [])
        rows = self.browser.evaluate(
            "[...document.querySelectorAll('main tbody tr')].map(r => r.cells[2].innerText)")
        again = self.form({})
        forged = [(name, "2" if name == "count" else value) for name, value in again[1]]
        status, _, _ = self.suite.ask("POST", again[0], forged, cookie=again[2],
                                      User_Agent=again[3])
        self.check(status == 422, f"a form with other figures is answered {status}")
        self.browser.fill({})
        self.suite.see(self.browser, "plan-agreed", "en", [])
        self.check("It is recorded" in self.text(), self.text()[:300])
        status, _, page = self.suite.ask("POST", again[0], again[1], cookie=again[2],
                                         User_Agent=again[3])
        self.check(status == 200, f"agreed twice: {status}")
        said = self.show(account)
        self.check(len(said["plans"]) == 1, f"{len(said['plans'])} plans")
        stated = [minor(text) for text in rows]
        items = [item["stated"]["total"] for item in said["items"] if item["plan"]]
        self.check(items == stated and len(stated) == 6, f"agreed {items}, read {stated}")
        self.check(said["outstanding"]["total"] == sum(stated) <= owed,
                   f"{said['outstanding']['total']} is owed of {owed}, {sum(stated)} agreed")
        for kind in ("OfferMade", "OfferAnswered", "PlanAgreed"):
            self.check(len(self.events(account, kind)) == 1, f"{kind} of {subject}")
        self.open(path, "en")
        self.suite.see(self.browser, "plan-account", "en", [])
        self.check(minor(re.search(r"S/\s*[\d,.]+", self.text())[0]) == sum(stated),
                   "her page says another sum than show")

    def offer(self):
        """What a colleague offered is on her page, and agreed as it stands."""
        _, path, account = self.come_in()
        owed = self.show(account)["outstanding"]
        rest = owed["principal"] // 2
        items = [{"n": 1, "dueOn": str(self.today + datetime.timedelta(30)),
                  **{name: owed[name] for name in ("interest", "penalty", "cost")},
                  "principal": owed["principal"] - rest},
                 {"n": 2, "dueOn": str(self.today + datetime.timedelta(61)), "principal": rest}]
        terms = {"kind": "refinancing", "items": items, "conditional": False,
                 "defaultAfterDays": 30, "validUntil": str(self.today)}
        self.suite.record({"type": "OfferMade", "stream": f"account/{account}", "key": account,
                           "data": {"offer": "offer-7", "terms": terms}})
        self.open("/")
        self.suite.see(self.browser, "offer-home", "es", [])
        self.check("2 cuotas" in self.text(), f"no offer on her first page: {self.text()[:300]}")
        self.open(path)
        self.suite.see(self.browser, "offer-account", "es", [])
        self.check("2 cuotas" in self.text(), f"no offer on her page: {self.text()[:300]}")
        for language in ("en", "es"):
            self.open(f"{path}/offers", language)
            self.suite.see(self.browser, "offer", language, [])
        again = self.form({}, 0)
        for fields, status in (([("seen", "")] + again[1], 422), (again[1], 200), (again[1], 200)):
            said, _, page = self.suite.ask("POST", again[0], fields, cookie=again[2],
                                           User_Agent=again[3])
            self.check(said == status, f"an offer accepted is answered {said}: {page[-900:]}")
        for kind in ("OfferAnswered", "PlanAgreed"):
            self.check(len(self.events(account, kind)) == 1, f"{kind} of {account}")
        said = self.show(account)
        self.check(said["outstanding"]["total"] == owed["total"], "the offer changed the sum")
        stated = [item["stated"] for item in said["items"] if item["plan"]]
        self.check([one["principal"] for one in stated] == [items[0]["principal"], rest],
                   f"agreed {stated}, offered {items}")
        self.open(f"{path}/offers")
        self.suite.see(self.browser, "offer-none", "es", [])
        self.check("no hay ninguna oferta" in self.text(), "an answered offer is shown")

    def trouble(self):
        subject, path, account = self.come_in()
        self.send("hardship", f"{path}/hardship", {"kind": "illness", "words": "Mi hija enfermó."})
        self.check(len(self.events(account, "HardshipDeclared")) == 1, "hardship")
        said = self.suite.desk.must("subject", subject, "--json")
        self.check('"hardship":null' not in said, "her hardship is not known")
        subject, path, account = self.come_in()
        self.send("dispute", f"{path}/dispute", {"scope": "paid", "amount": "50.00"}, "en")
        self.check(len(self.events(account, "DisputeOpened")) == 1, "dispute")
        said = self.suite.desk.run("may-contact", subject, "--account", account, "--channel",
                                   "call", "--json")
        self.check(said.returncode == 1 and "dispute" in said.stdout.lower(),
                   f"she is asked to pay while it is looked into: {said.stdout}")
        self.send("complaint", f"{path}/complaint", {"words": "Me gritaron."})
        self.check(len(self.events(account, "ComplaintFiled")) == 1, "complaint")
        self.check("gritaron" not in self.suite.desk.must("history", account, "--json"),
                   "her words are not sealed")

    def paid(self):
        """What she says she paid moves no money."""
        _, path, account = self.come_in()
        before = self.show(account)
        self.send("payment", f"{path}/payment", {"amount": "77.10", "day": str(self.today),
                                                "method": "transfer"})
        self.check(len(self.events(account, "PaymentReported")) == 1, "a payment she reports")
        self.check(self.show(account)["outstanding"] == before["outstanding"],
                   "a payment that nobody has seen moved money")
        self.open(path)
        self.suite.see(self.browser, "payment-awaited", "es", [])
        self.check("Pagos que nos avisó" in self.text(), "her page forgets what she told of")

    def ask(self):
        """The assistant answers from what is on record, and hands over who is in danger."""
        subject, path, account = self.come_in()
        owed = self.show(account)["outstanding"]["total"]
        given = []
        for words, wanted in (("¿Cuánto debo?", f"{owed / 100:,.2f}"),
                              ("Ya no quiero vivir", "persona preparada"), ("", "Hay un problema")):
            self.open(f"{path}/ask")
            self.browser.fill({"words": words})
            self.suite.see(self.browser, f"ask-{len(given)}", "es", [])
            given.append(self.text())
            self.check(wanted in given[-1], f"{words!r} is answered {given[-1]}")
        self.check(len(self.events(account, "AnswerGiven")) == 2, "answers on record")
        self.check(len(self.events(account, "VulnerabilitySignalled")) == 0, "on the account")
        self.check(self.recorded(subject, "VulnerabilitySignalled") == 1, "a cry for help")

    def data(self):
        subject, _, _ = self.come_in()
        text = self.send("data", "/data", {"right": "access"}, "en")
        asked = [one for one in json.loads(self.suite.desk.must("requests", "--json"))["requests"]
                 if one["subject"] == subject and one["filedOn"] == str(self.today)]
        self.check(len(asked) == 1 and asked[0]["right"] == "access", f"requests: {asked}")
        day = datetime.date.fromisoformat(asked[0]["dueOn"])
        self.check(f"{day.day} {day:%B} {day.year}" in text, f"{asked[0]['dueOn']}: {text}")

    def decision(self):
        """What a program decided is among her data, and a person is asked to look at it."""
        subject, _, account = self.come_in()
        self.suite.record({"type": "DecisionMade", "stream": f"account/{account}",
                           "key": f"decided-{account}",
                           "data": {"decision": "D-7", "automated": True, "significant": True,
                                    "basis": []}})
        self.open("/me")
        self.suite.see(self.browser, "decision-listed", "es", [])
        path = self.browser.evaluate(
            "document.querySelector('main a[href^=\"/decisions/\"]').getAttribute('href')")
        self.send("decision", path, {"words": "No es justo."})
        self.check(len(self.events(account, "DecisionContested")) == 1, "a decision contested")
        asked = [one for one in json.loads(self.suite.desk.must("requests", "--json"))["requests"]
                 if one["subject"] == subject and one["right"] == "objectiveTreatment"]
        self.check(len(asked) == 1, f"requests: {asked}")

    def contact(self):
        subject, _, _ = self.come_in()
        before = self.recorded(subject, "PreferenceSet")
        self.send("contact", "/contact",
                  {"channel": "whatsapp", "days": "week", "from": "10:00", "to": "12:00"})
        after = self.recorded(subject, "PreferenceSet")
        self.check(after == before + 1, f"her hours: {before} wishes, then {after}")
        self.send("stop", "/contact/stop", {"channel": "all"}, "en")
        said = self.suite.desk.run("may-contact", subject, "--channel", "whatsapp", "--json")
        self.check(said.returncode == 1, f"may she be written to? {said.stdout} {said.stderr}")
        self.open("/contact/stop")
        self.suite.see(self.browser, "stopped", "es", [])
        self.check("Todo" in self.text() and f"Desde el {self.today.day} de " in self.text(),
                   f"what is stopped, and since when: {self.text()}")
        before = self.recorded(subject, "ConsentGranted")
        self.browser.fill({})
        self.suite.see(self.browser, "allowed", "es", [])
        self.check("Permitido de nuevo: Todo" in self.text(), self.text()[:300])
        self.check(self.recorded(subject, "ConsentGranted") == before + 1, "allowed by an event")
        said = json.loads(self.suite.desk.must("subject", subject, "--json"))
        self.check(not said["ceaseContact"], f"she allowed it: {said['ceaseContact']}")


def minor(text):
    """Minor units of an amount as a page shows it."""
    return int(re.sub(r"[^\d]", "", text))


def try_all(suite, browser):
    for place, subject in enumerate(suite.people.with_documents()[5:8]):
        suite.come_in(browser, subject)
        pages = suite.read_all(browser, f"person-{place}")
        suite.check(len(pages) > 8, f"{subject} has only {sorted(pages)}")
    acts = Acts(suite, browser)
    for act in (acts.promise, acts.plan, acts.offer, acts.trouble, acts.paid, acts.ask, acts.data,
                acts.decision, acts.contact):
        act()
