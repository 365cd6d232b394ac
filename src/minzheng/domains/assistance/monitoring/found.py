"""What the comparison looks for, each a statement over one county: registers, profiles, answers of others, the ledger.

Watched are the groups of 国办发〔2023〕39号: whoever is on the register, whoever the list of the rural department or
the profile marks as 防返贫监测对象 or 地方规定的其他低收入人口, and country households hit by an event.  M7, M9 and M10
look at the register alone: who is covered has something to lose, an interval of visits and money to come.  ``ref``
names the fact.
"""

from __future__ import annotations

__all__ = [
    "BETTER_OFF", "CERTIFIED", "DISASTER", "DROPOUT", "JOBLESS", "MEDICAL", "MEMBER_LOST", "NOT_PAID", "NOT_VISITED",
]  # fmt: skip

# On the register of this office, or on the list of the rural department.
_ON_REGISTER = (
    """EXISTS (SELECT FROM assistance_standing s WHERE s.household_id = h.id AND s.state <> 'ended')"""
)
_WATCHED = f"""(h.class_ur = 'rural' OR p.monitored OR p.local_hardship OR {_ON_REGISTER}
  OR EXISTS (SELECT FROM assistance_ruralwatch r WHERE r.household_id = h.id AND r.state = 'watched'))"""

# What each household bore itself in twelve months: as the medical insurance answered (``homes``, ``paid``), or as the
# file has it, whichever is more.  The next warning comes when it is more by then.
MEDICAL = f"""
SELECT household_id, 'medical ' || paid, '近12个月个人负担医疗费' || paid / 100 || '元' FROM (
  SELECT h.id AS household_id, greatest(coalesce(p.rigid_medical, 0), coalesce(x.paid, 0)) AS paid
  FROM people_household h
  LEFT JOIN assistance_householdprofile p ON p.household_id = h.id
  LEFT JOIN unnest(%(homes)s::bigint[], %(paid)s::bigint[]) x (household_id, paid) ON x.household_id = h.id
  WHERE h.path >= %(path)s AND h.path < %(path_end)s AND {_WATCHED}) y
WHERE paid > %(medical)s"""

# An event of somebody who then lived, or lives, in a watched household; withdrawn ones warn of nothing.
_EVENTS = """
SELECT m.household_id, 'event ' || e.id, {words}
FROM events_lifeevent e
JOIN people_membership m ON m.person_id = e.person_id AND m.from_on <= greatest(e.day, %(since)s)
  AND (m.until_on IS NULL OR m.until_on > e.day)
JOIN people_household h ON h.id = m.household_id AND h.path >= %(path)s AND h.path < %(path_end)s
LEFT JOIN assistance_householdprofile p ON p.household_id = h.id
WHERE e.kind IN ({kinds}) AND e.state IN ('confirmed', 'carried_out') AND e.decided_at >= %(since)s AND {more}"""


def _events(*kinds: str, words: str, more: str = _WATCHED) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return _EVENTS.format(kinds=listed, words=words, more=more)


# What a certificate says is sealed: the content comes along, and is opened by whoever asks.
CERTIFIED = _events("disability_new", "disability_regraded", words="e.detail")
JOBLESS = _events("job_loss", words="'家庭成员失业或停保'")
DROPOUT = _events("dropout", words="'家庭成员义务教育阶段失学'")
DISASTER = _events("disaster", words="'家庭遭遇意外事故或灾害'")
MEMBER_LOST = _events(
    "death", "prison", words="CASE e.kind WHEN 'death' THEN '家庭成员去世' ELSE '家庭成员入狱服刑' END"
)
_NAMED = "CASE e.kind WHEN 'vehicle' THEN '机动车' WHEN 'property' THEN '不动产' ELSE '经营主体' END"

# Of whoever is on the register: what others have registered for them, or the yearly re-check has found beyond it.
_REGISTERED = _events(
    "vehicle", "property", "company", words=f"'在保家庭成员名下新登记' || {_NAMED}", more=_ON_REGISTER
)
BETTER_OFF = f"""{_REGISTERED}
UNION ALL
SELECT s.household_id, 'difference ' || d.id, '年度复核查得' || CASE d.item WHEN 'vehicles' THEN '机动车'
  WHEN 'houses' THEN '房产' ELSE '企业出资' END || '多于登记'
FROM exchange_discrepancy d JOIN exchange_verification v ON v.id = d.verification_id
JOIN casework_case c ON c.id = v.case_id
JOIN assistance_standing s ON s.household_id = c.household_id AND s.state <> 'ended'
WHERE d.path >= %(path)s AND d.path < %(path_end)s AND d.item IN ('vehicles', 'houses', 'company_capital')
  AND d.state NOT IN ('accepted', 'cleared') AND v.reported_at >= %(since)s
  AND s.path >= %(path)s AND s.path < %(path_end)s"""

# By the grade of the assessment, tekun by how much of everyday life somebody needs help with; in a new month anew.
NOT_VISITED = """
SELECT s.household_id, 'visit ' || to_char(%(on)s::date, 'YYYY-MM'),
  CASE WHEN v.last IS NULL THEN '确认以来没有走访记录' ELSE '上次走访在' || v.last || '，已超过走访间隔' END
FROM assistance_standing s
LEFT JOIN LATERAL (SELECT max(w.at)::date AS last FROM visits_visit w WHERE w.household_id = s.household_id) v ON true
WHERE s.path >= %(path)s AND s.path < %(path_end)s AND s.state <> 'ended'
  AND greatest(coalesce(v.last, s.valid_from), s.valid_from) < %(on)s::date - CASE
    WHEN s.low_income_class = 'L1' THEN CASE s.care_level WHEN 'total' THEN %(tekun_total)s ELSE %(tekun)s END
    ELSE CASE s.tier WHEN 'A' THEN %(a)s WHEN 'B' THEN %(b)s WHEN 'D' THEN %(d)s ELSE %(c)s END END"""

# What the bank sent back and nobody has sent again with success.
NOT_PAID = """
SELECT coalesce(p.household_id, m.household_id), 'payment ' || p.id,
  to_char(p.month, 'YYYY-MM') || '的救助金未到账：' || i.failure
FROM ledger_payment p
JOIN LATERAL (SELECT failure FROM ledger_instruction WHERE payment_id = p.id ORDER BY attempt DESC LIMIT 1) i ON true
LEFT JOIN people_membership m ON m.person_id = p.person_id AND m.until_on IS NULL
WHERE p.scheme IN ('assistance.dibao', 'assistance.tekun', 'assistance.temporary')
  AND p.path >= %(path)s AND p.path < %(path_end)s
  AND p.month >= (date_trunc('month', %(on)s::date) - make_interval(months => %(months)s))::date
  AND NOT EXISTS (SELECT FROM ledger_instruction a WHERE a.payment_id = p.id AND a.state <> 'failed')"""
