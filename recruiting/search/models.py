"""What a search reads: one document for each person, in a table of its own.

Its keys are integers, since SQLite's index of fragments knows its rows by nothing else. That index and PostgreSQL's are
in `indexes`: Django has no words for them.
"""

from django.db import models


class SearchDocument(models.Model):
    """The tokens of a person's name, email and phone (`tokens.of`). Whoever writes a person writes it, too."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+", db_index=False)
    candidate = models.OneToOneField("candidates.Candidate", on_delete=models.CASCADE, related_name="search_document")
    tokens = models.TextField()

    class Meta:
        # The newest people first, as lists have them.
        indexes = [models.Index(name="searchdocument_recent", fields=["company", "-candidate"])]

    def __str__(self) -> str:
        return self.tokens.removeprefix(" ")
