#!/usr/bin/env python3
"""Checks a work list against the events, knowing nothing of the program that made it.

Usage: worklist_filter.py EVENTS.jsonl ACCOUNTS.csv WORKLIST.json HOLIDAY…

EVENTS are those of `quipu export jsonl` that the list was made from, ACCOUNTS what
`quipu replay --out` says of the same day. Everybody who is vulnerable, said that she cannot pay,
died, is erased, blocked, spoken for, wants to be left alone, or whose account is disputed, held or
under a moratorium must be in no action; no action may lie out of the hours of the Peruvian
policy, on a holiday, or out of what the person wished; and whoever is vulnerable and has something
overdue must be in the queue of the trained. Prints what it counted; exits 1 where something is
wrong. Plain dictionaries and one pass: slow, and easy to read.
"""

import csv
import datetime
import json
import sys

CONTACT_PURPOSES = ("contact", "collection")
MESSAGES_AND_CALLS = ("call", "visit", "whatsapp", "sms", "email", "chatbot", "push")


def counted(path, size, day):
    """The events before a size that count by a day, in time order; voids are taken out."""
    events = []
    voided = set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["seq"] >= size:
                continue
            if event["type"] == "EventVoided":
                voided.add(event["data"]["target"])
            if event["effective"] <= day:
                events.append(event)
    events = [event for event in events if event["seq"] not in voided]
    return sorted(events, key=lambda event: (event["effective"], event["seq"]))


class People:
    """What is known of persons and accounts, event by event."""

    def __init__(self, day):
        self.day = day
        self.owner = {}      # account -> person
        self.marks = {}      # "account/A" or "subject/S" -> {(what, id): event}
        self.preferences = {}  # person -> {channel: windows}
        self.vulnerable = {}  # person -> whether care is due

    def person(self, event):
        kind, name = event["stream"].split("/", 1)
        if kind == "subject":
            return name
        return event.get("subject") or self.owner.get(name)

    def mark(self, stream, what, name, on=True):
        marks = self.marks.setdefault(stream, set())
        (marks.add if on else marks.discard)((what, name))

    def take(self, event):
        data, stream, kind = event["data"], event["stream"], event["type"]
        person = self.person(event)
        own = f"subject/{person}"
        if kind == "AccountOpened":
            self.owner[data["account"]] = data["subject"]
        elif kind in ("VulnerabilityDisclosed", "VulnerabilitySignalled"):
            self.vulnerable[person] = True
        elif kind == "VulnerabilityReviewed" and person in self.vulnerable:
            self.vulnerable[person] = data["outcome"] != "notVulnerable"
        elif kind == "HardshipDeclared":
            holds = data["from"] <= self.day <= data.get("to", "9999")
            self.mark(own, "hardship", "", holds or ("hardship", "") in self.marks.get(own, ()))
        elif kind == "SubjectDeceased":
            self.mark(own, "deceased", "")
        elif kind == "SubjectErased":
            self.mark(own, "erased", "")
        elif kind in ("ProcessingBlocked", "ProcessingUnblocked"):
            self.mark(own, "blocked", "", kind == "ProcessingBlocked")
        elif kind == "RequestReceived" and data["right"] == "cancellation":
            self.mark(own, "erasure", data["request"])
        elif kind == "RequestAnswered":
            self.mark(own, "erasure", data["request"], False)
        elif kind == "RepresentativeAppointed":
            self.mark(own, "representative", "")
        elif kind == "CeaseContactRequested":
            self.mark(own, "cease", (data.get("channel"), data.get("point")))
        elif kind == "ChannelOptedOut":
            self.mark(own, "optout", (data.get("channel"), data.get("point")))
        elif kind == "ConsentGranted" and data["purpose"] in CONTACT_PURPOSES:
            for what, wish in list(self.marks.get(own, ())):
                if what in ("cease", "optout") and data.get("channel") in (None, wish[0]):
                    self.mark(own, what, wish, False)
        elif kind == "PreferenceSet":
            self.preferences.setdefault(person, {})[data["channel"]] = data["windows"]
        else:
            self.hold(kind, stream, data)

    def hold(self, kind, stream, data):
        opening = {"DisputeOpened": "dispute", "HoldPlaced": "hold", "LegalHoldPlaced": "hold"}
        closing = {"DisputeResolved": "dispute", "HoldLifted": "hold", "LegalHoldLifted": "hold"}
        if kind in opening:
            what = opening[kind]
            self.mark(stream, what, (kind.startswith("Legal"), data[what]))
        elif kind in closing:
            what = closing[kind]
            self.mark(stream, what, (kind.startswith("Legal"), data[what]), False)
        elif kind == "MoratoriumStarted" and data["from"] <= self.day <= data["to"]:
            self.mark(stream, "moratorium", data["kind"])
        elif kind == "MoratoriumEnded":
            for what, name in list(self.marks.get(stream, ())):
                if what == "moratorium" and data.get("kind") in (None, name):
                    self.mark(stream, what, name, False)

    def against(self, account, action):
        """Why an action on an account should not be there; nothing for one that may."""
        person = self.owner.get(account)
        if self.vulnerable.get(person):
            yield "vulnerable"
        for what, name in self.marks.get(f"subject/{person}", set()) | self.marks.get(
                f"account/{account}", set()):
            if what in ("cease", "optout"):
                channel, point = name
                if channel in (None, action["channel"]) and point in (None, action["point"]):
                    yield what
            else:
                yield what
        windows = self.preferences.get(person, {}).get(action["channel"])
        if windows is not None and not self.suits(windows, action["window"]):
            yield "preference"

    def suits(self, windows, hours):
        """Whether a span lies in one of the windows a person set."""
        weekday = datetime.date.fromisoformat(self.day).isoweekday()
        for window in windows:
            if window.get("on", self.day) != self.day:
                continue
            if weekday not in window.get("days", [weekday]):
                continue
            if window["from"] <= hours["from"] and hours["to"] <= window["to"]:
                return True
        return False


def main(events_path, accounts_path, list_path, *holidays):
    with open(list_path, encoding="utf-8") as file:
        worklist = json.load(file)
    day, size = worklist["asOf"], worklist["knownAt"]["size"]
    people = People(day)
    for event in counted(events_path, size, day):
        people.take(event)
    wrong = []
    closed_day = day in holidays or datetime.date.fromisoformat(day).isoweekday() > 5
    for action in worklist["actions"]:
        account = action["account"]
        wrong += [f"{account}: {why}" for why in people.against(account, action)]
        hours = action["window"]
        is_out = closed_day or hours["from"] < "07:00" or hours["to"] > "20:00"
        if action["channel"] in MESSAGES_AND_CALLS and is_out:
            wrong.append(f"{action['account']}: out of hours")
    queue = {row["account"] for row in worklist["care"]}
    due = 0
    with open(accounts_path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            person = people.owner.get(row["account"])
            gone = {"deceased", "erased"} & {
                what for what, _ in people.marks.get(f"subject/{person}", ())}
            if (people.vulnerable.get(person) and int(row["overdue"]) > 0 and not gone
                    and row["status"] != "closed" and row["currency"] == "PEN"):
                due += 1
                if row["account"] not in queue:
                    wrong.append(f"{row['account']}: vulnerable, and in no queue")
    for line in wrong[:50]:
        print(line)
    print(f"{len(worklist['actions'])} actions, {due} accounts of vulnerable persons, "
          f"{len(queue)} in the queue: {len(wrong)} wrong")
    return 1 if wrong or not worklist["actions"] else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
