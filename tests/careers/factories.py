"""A factory per model of careers pages: plain rows; nobody knows the secrets of keys."""

import factory

from recruiting.candidates.models import Source
from recruiting.careers.models import (
    BoardKey,
    CareersSite,
    DataRequest,
    Handle,
    JobMail,
    Posting,
    PostingQuestionSet,
    PrivacyNotice,
    Question,
    QuestionSet,
    SourceLink,
    Submission,
    Upload,
)
from tests.factories import JobFactory, MembershipFactory, Row, SourceFactory, child, company_of, explicit_company


class CareersSiteFactory(Row):
    """A careers page that is not published."""

    class Meta:
        model = CareersSite

    company = explicit_company()
    name = "Acme"


class HandleFactory(Row):
    """A word in addresses that leads on to the current one."""

    class Meta:
        model = Handle

    company = explicit_company()
    handle = factory.Sequence(lambda n: f"company-{n}")
    is_current = False


class PrivacyNoticeFactory(Row):
    """A version of a privacy notice."""

    class Meta:
        model = PrivacyNotice

    company = explicit_company()
    # Behind those that services count.
    number = factory.Sequence(lambda n: n + 1000)
    text = "Only we read it."


class SourceLinkFactory(Row):
    """A code of the company's."""

    class Meta:
        model = SourceLink

    company = company_of("source")
    source: Source = child(SourceFactory)
    code = factory.Sequence(lambda n: f"link-{n}")


class BoardKeyFactory(Row):
    """A key whose secret nobody knows."""

    class Meta:
        model = BoardKey

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Key {n}")
    digest = factory.Sequence(lambda n: f"{n:064x}")
    ending = "0000"


class PostingFactory(Row):
    """What a job says that is not published."""

    class Meta:
        model = Posting

    company = company_of("job")
    job = child(JobFactory)
    number = factory.Sequence(lambda n: 5_000_000_000 + n)


class QuestionSetFactory(Row):
    """A set without questions."""

    class Meta:
        model = QuestionSet

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Set {n}")


class PostingQuestionSetFactory(Row):
    """A job asks a set."""

    class Meta:
        model = PostingQuestionSet

    company = company_of("posting")
    posting = child(PostingFactory)
    question_set = child(QuestionSetFactory)


class QuestionFactory(Row):
    """A question of a job; `posting=None, question_set=` for one of a set."""

    class Meta:
        model = Question

    company = explicit_company()
    posting = child(PostingFactory)
    number = factory.Sequence(lambda n: 6_000_000_000 + n)
    kind = Question.Kind.SHORT
    label = factory.Sequence(lambda n: f"Question {n}?")


class SubmissionFactory(Row):
    """A form that somebody sent and that waits for the worker."""

    class Meta:
        model = Submission

    company = company_of("posting")
    posting = child(PostingFactory)
    notice = child(PrivacyNoticeFactory)
    form_digest = factory.Sequence(lambda n: f"{n:064x}")
    first_name = "Ada"
    email = factory.Sequence(lambda n: f"applicant{n}@example.com")


class UploadFactory(Row):
    """A file of a form that is not sent yet."""

    class Meta:
        model = Upload

    company = company_of("posting")
    posting = child(PostingFactory)
    form_digest = factory.Sequence(lambda n: f"{n:064x}")
    file = "nowhere"
    name = "resume.pdf"
    content_type = "application/pdf"
    size = 1


class DataRequestFactory(Row):
    """Somebody asked for a copy of their data."""

    class Meta:
        model = DataRequest

    company = company_of("submission")
    submission = child(SubmissionFactory)
    kind = DataRequest.Kind.COPY


class JobMailFactory(Row):
    """A member hears of new applicants once a day."""

    class Meta:
        model = JobMail

    company = company_of("job")
    job = child(JobFactory)
    membership = child(MembershipFactory)
    often = JobMail.Often.DAILY
