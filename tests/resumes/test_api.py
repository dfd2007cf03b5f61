"""The text of a file over REST, to whoever may see the file."""

from django.test import Client
from django.urls import reverse

from recruiting.api import services as api
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from tests import factories
from tests.resumes import making
from tests.resumes.conftest import AddFile, work


def answer(member: Membership, file_id: object, scope: str = "files:read") -> tuple[int, dict[str, object]]:
    _, token = api.create_token(membership=member, name="Test", scopes=[scope], days=30)
    address = reverse("resumes-api:file-text", args=[file_id])
    response = Client().get(address, headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.json()


def test_a_program_reads_the_text_of_a_file_that_its_owner_sees(
    ada: Application, add: AddFile, member: Membership
) -> None:
    file = add(ada, "cv.pdf", making.pdf(["Ada Lovelace"], links=["mailto:ada@x.example"]), kind="resume")
    picture = add(ada, "me.png", b"\x89PNG\r\n\x1a\n")
    waiting = answer(member, file.pk)
    work()

    status, told = answer(member, file.pk)

    assert (waiting[0], waiting[1]["state"], waiting[1]["text"]) == (200, "waiting", "")
    assert status == 200
    assert {name: told[name] for name in ("file", "state", "text", "links", "pages", "is_cut")} == {
        "file": str(file.pk),
        "state": "read",
        "text": "Ada Lovelace",
        "links": ["mailto:ada@x.example"],
        "pages": 1,
        "is_cut": False,
    }
    of_picture = answer(member, picture.pk)
    assert (of_picture[0], of_picture[1]["state"], of_picture[1]["text"]) == (200, "none", "")
    assert answer(factories.administrator(factories.CompanyFactory()), file.pk)[0] == 404
    assert answer(factories.MembershipFactory(company=member.company), file.pk)[0] == 404
    assert answer(member, file.pk, scope="candidates:read")[0] == 403
