"""Who acts and what they see (spark-hire.md §1, §2.2): a key sees what its user sees on the site."""

from dataclasses import dataclass

VISIBLE_JOB = """(job.company = :company AND (
    :role = 'admin'
    OR (:role = 'standard' AND (job.visibility = 'shared' OR job.created_by = :user))
    OR EXISTS (SELECT 1 FROM spark_hire_job_member member WHERE member.job = job.uuid AND member.user = :user)
))"""
VISIBLE_INTERVIEW = f"(interview.company = :company AND (interview.created_by = :user OR {VISIBLE_JOB}))"


@dataclass(frozen=True, slots=True)
class User:
    """A Spark Hire user who acts, by key or on the site."""

    uuid: str
    company: str
    company_name: str
    first_name: str
    last_name: str
    email: str
    role: str
    created_at: str = ""

    @property
    def sight(self) -> dict[str, str]:
        """The parameters of VISIBLE_JOB and VISIBLE_INTERVIEW."""
        return {"company": self.company, "role": self.role, "user": self.uuid}
