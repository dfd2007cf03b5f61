"""What the fake Spark Hire knows and does, a module per noun; HTTP, JSON and pages are elsewhere.

`Records` is all of it over the sandbox's store. Every change runs in one transaction together with the events and mails
that it causes. Facts are from the contract (spark-hire.md), by section.
"""

from devtools.sandbox.spark_hire.records.accounts import ROLES
from devtools.sandbox.spark_hire.records.candidates import Candidates
from devtools.sandbox.spark_hire.records.events import EVENTS
from devtools.sandbox.spark_hire.records.interviews import OPEN
from devtools.sandbox.spark_hire.records.lifecycle import Lifecycle
from devtools.sandbox.spark_hire.records.mails import deadline_text
from devtools.sandbox.spark_hire.records.question_sets import MAX_QUESTIONS, Question
from devtools.sandbox.spark_hire.records.repository import Refused
from devtools.sandbox.spark_hire.records.seeds import Seeds
from devtools.sandbox.spark_hire.records.sight import User
from devtools.sandbox.spark_hire.records.subscriptions import Subscriptions

__all__ = [
    "EVENTS",
    "MAX_QUESTIONS",
    "OPEN",
    "ROLES",
    "Question",
    "Records",
    "Refused",
    "User",
    "deadline_text",
]


class Records(Seeds, Lifecycle, Candidates, Subscriptions):
    """Everything that the fake Spark Hire keeps; one transaction may span several nouns, so one object holds them."""

    def clear(self, *, everything: bool) -> None:
        """Forgets interviews, mails and subscriptions; with `everything` also accounts, users, keys and jobs."""
        tables = ["mail", "webhook", "share_link", "interview"]
        with self.changing() as connection:
            connection.execute(
                "DELETE FROM spark_hire_question WHERE owner NOT IN (SELECT uuid FROM spark_hire_question_set)"
            )
            if everything:
                tables += ["job_member", "job", "question", "question_set", "key", "user", "company"]
            for table in tables:
                connection.execute(f"DELETE FROM spark_hire_{table}")
