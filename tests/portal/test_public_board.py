"""What the village reads on its board, who may object to it, and how a letter is verified by its code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.casework.models import Objection
from minzheng.kernel.casework.posting import answer_objection
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.store import open_file
from minzheng.kernel.notices.models import Message
from tests.factories.cast import Cast
from tests.factories.papers import upload
from tests.factories.phones import HOSTILE, hidden, signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


def _posted(walk: Walk) -> str:
    walk.until_posted()
    return walk.who.seat.village.split("/")[-2]


def test_the_village_reads_the_five_permitted_facts_and_nothing_more(walk: Walk, client: Client) -> None:
    uid = _posted(walk)
    answer = client.get(f"/board/{uid}/")
    page = text_of(answer)
    assert "林*雨" in page
    assert "林小雨" not in page, "the whole name is for those who live here"
    assert "林小雨" in text_of(signed_in(walk.who.resident).get(f"/board/{uid}/"))
    assert "林小雨" not in text_of(signed_in(walk.who.clerk).get(f"/board/{uid}/"))
    assert str(walk.applicant.id_number) not in page
    assert str(walk.case.number) not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.get("/board/220183103201/").status_code == 200
    assert "林小雨" not in text_of(client.get("/board/220183103201/"))


def test_a_neighbour_objects_once_and_is_told_what_was_found(walk: Walk, who: Cast, client: Client) -> None:
    from minzheng.kernel.notices.models import Posting

    uid = _posted(walk)
    url = f"/board/postings/{Posting.objects.get().pk}/"
    assert "登录后提出" in text_of(client.get(url))
    neighbour = signed_in(who.resident)
    html = text_of(neighbour.get(url))
    sent = {"key": hidden(html, "key"), "name": "林小满", "text": f"家里有车{HOSTILE}"}
    assert neighbour.post(url, sent)["Location"] == neighbour.post(url, sent)["Location"] == f"/board/{uid}/"
    assert Objection.objects.count() == 1
    assert "家里有车" not in text_of(client.get(f"/board/{uid}/")), (
        "what is said against a neighbour is not posted"
    )
    answer_objection(Objection.objects.get().pk, upheld=False, answer="车是借用的，已还", by=who.clerk)
    assert "异议不成立。核实结果：车是借用的，已还" in text_of(neighbour.get("/my/messages/"))
    assert Message.objects.get(title="您提出的公示异议有了答复").compartment == "reporter"


def test_after_its_last_day_nothing_hangs_and_nobody_objects(walk: Walk, who: Cast) -> None:
    from minzheng.kernel.notices.models import Posting

    uid, notice = _posted(walk), Posting.objects.get()
    neighbour = signed_in(who.resident)
    with clock.frozen(notice.last_day + timedelta(days=1)):
        assert "林小雨" not in text_of(neighbour.get(f"/board/{uid}/"))
        assert neighbour.get(f"/board/postings/{notice.pk}/").status_code == 404


def test_a_letter_is_verified_by_its_code_and_names_nobody(walk: Walk, client: Client) -> None:
    walk.apply()
    walk.accept()
    letter = Document.objects.get(letter="acceptance_receipt")
    page = text_of(client.get(f"/verify/{letter.check_code.lower()}/"))
    assert "文书真实有效" in page
    assert letter.number in page
    assert "林小雨" not in page
    assert client.get("/verify/000000000000/").status_code == 404
    assert client.get(f"/verify/?code={letter.check_code}")["Location"] == f"/verify/{letter.check_code}/"
    with open_file(letter) as file:
        content = file.read()
    told = text_of(client.post("/verify/", {"file": upload(content, "通知书.pdf")}, follow=True))
    assert "一字不差" in told
    assert letter.number in told
    altered = content.replace(b"%%EOF", b"%%EOF ")
    assert "可能被改动过" in text_of(
        client.post("/verify/", {"file": upload(altered, "通知书.pdf")}, follow=True)
    )
    assert client.post("/verify/", {}).status_code == 400
