"""A made-up course of caregiver training with its questions, and people who sat its exam: passed, failed, half way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.courses import actions as courses
from minzheng.kernel.courses.examining import questions_of
from minzheng.kernel.courses.models import Course, Question
from minzheng.kernel.people.models import Household, Person

__all__ = ["populate"]

_CODE, _SINCE = "eldercare.training", date(2024, 9, 2)
_LESSONS = (
    ("认识失智", 12, "失智不是老糊涂，是脑子里的病。记性最先变差：刚说的事转眼就忘，过去的事反而记得清。\n\n"
     "十个早期信号里，常见的有反复问同一句话、在熟悉的地方迷路、算不清账、性情大变。\n\n"
     "发现信号，先到医院记忆门诊检查。越早诊断，能自理的时间越长。"),
    ("和老人说话", 10, "走到老人面前，平视，先叫称呼再说事。一次只说一件事，句子要短。\n\n"
     "不争对错、不考记性。老人说要回家，先问家里有什么，再慢慢引到吃饭、散步上。\n\n"
     "老人发火，先退一步看原因：疼、饿、尿湿、太吵。不要拉扯。"),
    ("防走失和防意外", 12, "衣服里缝上写有联系电话的布条，佩戴定位手环。门口贴一张老人认得的画，比上锁好。\n\n"
     "走失后先在一公里内找，同时打 110。不要等 24 小时。\n\n"
     "洗澡水先放凉水再放热水，水温 40 度左右，用胳膊肘内侧试。吃饭坐直，小口，吃完坐 30 分钟再躺。"),
)  # fmt: skip
# Kind, what is asked, the options, the right answer.
_QUESTIONS = (
    ("truth", "失智是正常衰老，不用看病。", (), "错"),
    ("truth", "老人走失要满 24 小时才能报警。", (), "错"),
    ("truth", "和失智老人说话，一次只说一件事。", (), "对"),
    ("truth", "给老人洗澡，先放热水再放凉水。", (), "错"),
    ("single", "失智老人最先变差的通常是什么？", ("听力", "刚发生的事的记忆", "走路", "食欲"), "B"),
    ("single", "老人反复说要“回家”，照护人员先做什么？",
     ("告诉他这就是家", "锁上门", "问问家里的事，再转到别的活动上", "不理他"), "C"),
    ("single", "老人突然发火，首先应当怎样？",
     ("拉住他", "退一步，看看是不是疼、饿、尿湿", "大声制止", "马上给药"), "B"),
    ("single", "怀疑失智，应当先去哪里？", ("药店", "医院记忆门诊", "养生馆", "等一等再说"), "B"),
    ("single", "门口怎样防走失比较好？",
     ("从外面锁上", "贴一张老人认得的画，装门铃提醒", "把老人绑在椅子上", "关灯"), "B"),
    ("multi", "下面哪些是失智的早期信号？", ("反复问同一句话", "在熟悉的地方迷路", "头发变白", "算不清账"), "ABD"),
    ("multi", "老人走失后应当怎样做？", ("先在一公里内找", "同时打 110", "等第二天再说", "带上近期照片"), "ABD"),
    ("multi", "吃饭时怎样防噎食？", ("坐直", "小口慢吃", "边走边吃", "吃完坐一会儿再躺"), "ABD"),
    ("number", "洗澡水的温度大约多少度（摄氏度）？", (), "40"),
    ("number", "吃完饭坐多少分钟再躺下？", (), "30"),
)  # fmt: skip


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Done once."""
    del family, by
    if "elder_county" not in actors or Course.objects.filter(learning=_CODE).exists():
        return
    officer = actors["elder_county"]
    county = officer.posts[0].path
    course = _opened(county, officer)
    born = (date(1966, 1, 1), date(1998, 1, 1))
    people = Person.objects.filter(path__startswith=county, birth__range=born, died_on=None, merged_into=None)
    for n, one in enumerate(people.order_by("-id")[:4]):
        _learns(one, n, course)


def _opened(county: str, officer: Actor) -> Course:
    with clock.frozen(_SINCE):
        made: Course = courses.open_course(
            learning=_CODE, path=county, subject="HL-03", title="失智老年人照护（线上班）",
            summary="认识失智、怎样沟通、防走失防意外；学完考试，合格发证书", by=officer,
        )  # fmt: skip
        for title, minutes, text in _LESSONS:
            courses.add_lesson(course=made, title=title, text=text, minutes=minutes, by=officer)
        for kind, text, options, answer in _QUESTIONS:
            courses.add_question(
                course=made, kind=kind, text=text, options=options, answer=answer, by=officer
            )
    return made


def _learns(one: Person, n: int, course: Course) -> None:
    """The first two pass, the third fails, the fourth stops in the middle of the sheet."""
    me = Actor(id=f"person:{one.pk}", name=one.name, kind=Kind.RESIDENT, person_id=one.pk)
    day = max(_SINCE, clock.today() - timedelta(days=60 - 7 * n))
    for at in range(sum(len(lesson.pages) for lesson in course.lessons.all())):
        with clock.frozen(datetime.combine(day, time(9, at), clock.SHANGHAI)):
            courses.turn(course=course, to="next", by=me)
    with clock.frozen(datetime.combine(day, time(10, 0), clock.SHANGHAI)):
        sheet = courses.sit(course=course, by=me)
        asked = questions_of(sheet)
        for at, question in enumerate(asked[:4] if n == 3 else asked):
            given = _wrong(question) if at < (0, 2, 6, 0)[n] else question.answer
            courses.answer(sitting=sheet, question=question.pk, given=[given], by=me)
        if n < 3:
            courses.hand_in(sitting=sheet, by=me)


def _wrong(one: Question) -> str:
    match one.kind:
        case Question.Kind.TRUTH:
            return "对" if one.answer == "错" else "错"
        case Question.Kind.NUMBER:
            return str(int(one.answer) + 1)
        case _:
            return next(letter for letter in "ABCD" if letter != one.answer)
