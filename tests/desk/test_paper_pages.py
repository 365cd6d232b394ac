"""Papers at the desk: looked at in place, found by their words, printed together; messages that did not arrive."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import now
from minzheng.kernel.documents import bundling, tasks
from minzheng.kernel.documents.models import Bundle, Document
from minzheng.kernel.notices.models import Message, Sending
from minzheng.kernel.reveals.models import Left
from tests.desk.pages import officer
from tests.factories import user_of

PAPERS, PRINT, SENDINGS = "/desk/papers/", "/desk/papers/print/", "/desk/papers/sendings/"


@pytest.fixture
def accepted(walk):
    """A case whose receipt is written."""
    walk.apply()
    case = walk.accept()
    return case, Document.objects.get(case_id=case.pk, letter="acceptance_receipt")


def _browser(by):
    browser = Client()
    browser.force_login(user_of(by))
    return browser


def test_a_letter_is_looked_at_on_the_case_page_and_every_look_is_kept(who, accepted):
    case, letter = accepted
    clerk = officer(who.clerk)
    url = f"{PAPERS}{letter.pk}/"
    assert f'data-leaves="{url}"' in clerk.open(f"/desk/cases/{case.pk}/")
    page = clerk.open(url)
    assert letter.number in page
    before = Entry.objects.filter(verb="documents.read").count()
    part = clerk.open(f"{url}?part=1")
    assert Entry.objects.filter(verb="documents.read").count() == before + 1
    assert "<html" not in part
    pictures = re.findall(r'src="([^"]+)"', part.replace("&amp;", "&"))
    browser = _browser(who.clerk)
    answer = browser.get(pictures[0])
    assert (answer.status_code, answer["Content-Type"], answer.content[1:4]) == (200, "image/png", b"PNG")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    # The address is of the reader's own, and none that was not given out.
    assert browser.get(pictures[0].split("?")[0]).status_code == 404
    assert _browser(who.investigator).get(pictures[0]).status_code == 404
    assert _browser(who.stranger).get(pictures[0]).status_code == 404
    officer(who.stranger).open(url, status=404)
    before = Left.objects.count()
    copy = browser.get(f"{url}word/")
    assert Left.objects.count() == before + 1  # counted at the gate
    assert copy.content[:2] == b"PK"
    assert "wordprocessingml" in copy["Content-Type"]
    assert _browser(who.stranger).get(f"{url}word/").status_code == 404


def test_words_of_a_letter_lead_to_it_within_scope_and_stay_in_no_address(who, accepted):
    _, letter = accepted
    tasks.read_words(0)
    browser = _browser(who.clerk)
    assert "文书里的字词" in browser.get(PAPERS).content.decode()
    found = browser.post(PAPERS, {"q": "不需要你提交"}).content.decode()
    assert "没有找到" in found  # the words of the form are not the letter's own
    found = browser.post(PAPERS, {"q": "我的事项"}).content.decode()
    assert f"{PAPERS}{letter.pk}/" in found
    assert "<mark>我的事项</mark>" in found
    short = browser.post(PAPERS, {"q": "低"})
    assert short.status_code == 400
    assert "两个连续的字" in short.content.decode()
    other = _browser(who.stranger).post(PAPERS, {"q": "我的事项"}).content.decode()
    assert letter.number not in other
    assert Entry.objects.filter(verb="documents.find", actor=who.clerk.id).count() == 1


def test_chosen_cases_are_printed_as_one_file_by_the_worker_and_a_double_click_prints_once(who, accepted):
    case, _ = accepted
    clerk, browser = officer(who.clerk), _browser(who.clerk)
    assert "批量打印" in clerk.open("/desk/cases/")
    assert "还没有批量打印" in clerk.open(PRINT)
    page = browser.get(f"{PRINT}choose/?state=open").content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    assert f'name="case" value="{case.pk}"' in page
    assert browser.post(f"{PRINT}choose/", {"key": "k0"}).status_code == 400
    for _ in range(2):
        sent = browser.post(f"{PRINT}choose/", {"case": [case.pk, 999], "letter": "", "key": key})
        assert sent.status_code == 302
    made = Bundle.objects.get()
    assert made.cases == [case.pk]
    assert "等待生成" in clerk.open(sent["Location"])
    assert "0 / 1 件" in clerk.open(f"{sent['Location']}progress/")
    tasks.make_bundle(made.pk)
    assert browser.get(f"{sent['Location']}progress/")["HX-Refresh"] == "true"
    assert "可以打印" in clerk.open(sent["Location"])
    file = browser.post(f"{sent['Location']}file/")
    assert b"".join(file.streaming_content)[:5] == b"%PDF-"
    officer(who.stranger).open(sent["Location"], status=404)
    failed = bundling.ask(cases=[case.pk], letter="decision_grant", by=who.clerk)
    bundling.make(failed.pk)
    page = clerk.open(f"{PRINT}{failed.pk}/")
    assert "没有这种有效文书" in page
    assert "重新打印这 1 件" in page
    clerk.do(f"{PRINT}{failed.pk}/", "again")
    assert Bundle.objects.count() == 3


def test_papers_filled_from_the_file_are_numbered_kept_and_replaced_when_printed_anew(who, accepted, walk):
    case, receipt = accepted
    clerk, browser = officer(who.clerk), _browser(who.clerk)
    assert "出具表格" in clerk.open(f"/desk/cases/{case.pk}/")
    url = f"{PAPERS}forms/{case.pk}/"
    first = browser.post(url, {"kind": "application_form", "key": "f1"})
    assert browser.post(url, {"kind": "application_form", "key": "f1"})["Location"] == first["Location"]
    assert browser.post(url, {"kind": "nonsense", "key": "f2"}).status_code == 400
    browser.post(url, {"kind": "investigation_record", "key": "f3"})
    second = browser.post(url, {"kind": "application_form", "key": "f4"})
    browser.post(url, {"kind": "materials_list", "key": "f5"})
    browser.post(url, {"kind": "delivery_record", "key": "f6"})
    kept = {one.letter: one for one in Document.objects.filter(case_id=case.pk, superseded_by=None)}
    assert {"application_form", "investigation_record", "materials_list", "delivery_record"} < set(kept)
    assert second["Location"] == f"{PAPERS}{kept['application_form'].pk}/"
    assert "已失效" in clerk.open(first["Location"])
    said = json.dumps([one.data for one in kept.values()], ensure_ascii=False)
    assert walk.applicant.id_number not in said
    assert "测寒露" in said
    assert receipt.number in json.dumps(kept["delivery_record"].data, ensure_ascii=False)
    assert _browser(who.stranger).post(url, {"kind": "application_form", "key": "f7"}).status_code == 404


def test_what_did_not_arrive_is_seen_sent_again_or_done_with(who, accepted):
    case, _ = accepted
    message = Message.objects.filter(case_id=case.pk).first()
    rows = [
        Sending.objects.create(
            message=message, person=message.person, path=message.path, channel=channel, state=state, error=error,
            written_at=now(), next_at=now(), sent_to="199****0001",
        )
        for channel, state, error in (("sms", "failed", "phone_off"), ("email", "doubtful", "broken_off"))
    ]  # fmt: skip
    clerk = officer(who.clerk)
    page = clerk.open(SENDINGS)
    assert "手机关机" in page
    assert "中途断线" in page
    assert "没有未送达的消息" in clerk.open(f"{SENDINGS}?state=closed")
    assert "中途断线" not in clerk.open(f"{SENDINGS}?channel=sms")
    assert "可能收到两次" in clerk.open(f"{SENDINGS}{rows[1].pk}/")
    assert clerk.do(f"{SENDINGS}{rows[0].pk}/", "again") == SENDINGS
    assert clerk.send(f"{SENDINGS}{rows[1].pk}/", "close", reason=" ").status_code == 400
    clerk.do(f"{SENDINGS}{rows[1].pk}/", "close", reason="已上门告知")
    assert list(Sending.objects.order_by("id").values_list("state", "round")) == [
        ("waiting", 2),
        ("closed", 1),
    ]
    assert "已上门告知" in clerk.open(f"{SENDINGS}{rows[1].pk}/")
    officer(who.stranger).open(f"{SENDINGS}{rows[1].pk}/", status=404)
    officer(who.sampler).open(SENDINGS, status=403)
    wording = clerk.open(f"{SENDINGS}wording/")
    assert "【吉林民政】" in wording
    assert "按 1 条计费" in wording
    assert "21时至次日8时" in wording


def test_a_resident_says_how_to_be_told_and_a_wrong_address_is_said_beside_the_field(who):
    browser = _browser(who.resident)
    assert "接收方式" in browser.get("/my/messages/").content.decode()
    page = browser.post("/my/contact/", {"email": "不是邮箱", "sms": "yes", "key": "k1"})
    assert page.status_code == 400
    assert "邮箱地址不对" in page.content.decode()
    assert (
        browser.post("/my/contact/", {"email": "me@example.cn", "sms": "no", "key": "k2"}).status_code == 302
    )
    shown = browser.get("/my/contact/").content.decode()
    assert "me@example.cn" in shown
