"""What the fake Spark Hire knows and does, a module per noun; HTTP, JSON and pages are elsewhere.

`Records` is all of it over the sandbox's store. Every change runs in one transaction together with the events and mails
that it causes. Facts are from the contract (spark-hire.md), by section.
"""

from integrations.spark_hire.sandbox.records.accounts import ROLES
from integrations.spark_hire.sandbox.records.book import Refused
from integrations.spark_hire.sandbox.records.candidates import Candidates
from integrations.spark_hire.sandbox.records.events import EVENTS
from integrations.spark_hire.sandbox.records.interviews import OPEN
from integrations.spark_hire.sandbox.records.life import Life
from integrations.spark_hire.sandbox.records.mails import deadline_text
from integrations.spark_hire.sandbox.records.question_sets import MAX_QUESTIONS, Question
from integrations.spark_hire.sandbox.records.seeds import Seeds
from integrations.spark_hire.sandbox.records.sight import User
from integrations.spark_hire.sandbox.records.subscriptions import Subscriptions

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


class Records(Seeds, Life, Candidates, Subscriptions):
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
