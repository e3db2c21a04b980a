"""What persons do in the portal, in a browser without scripts, and what the ledger says then."""


def try_all(suite, browser):
    """Some persons, one after the other."""
    for place, subject in enumerate(suite.people.with_documents()[5:8]):
        suite.come_in(browser, subject)
        pages = suite.read_all(browser, f"person-{place}")
        suite.check(len(pages) > 2, f"{subject} has only {sorted(pages)}")
