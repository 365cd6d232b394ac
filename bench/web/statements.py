"""The cases of a made-up province, and who was helped before, as statements over its households."""

CASES = """
INSERT INTO casework_case (path, number, service, service_version, form_version, state, channel, applicant_id,
  household_id, agent, agent_name, form, sealed, created_at, created_by, submitted_at, accepted_on, special_reason,
  kin_of, bound, due_on, due_provisional, closed_at, version)
SELECT h.path, 'B' || lpad(h.id::text, 12, '0'), 'assistance.dibao', '1', '1',
  CASE WHEN h.id = ANY(%(kept)s) THEN 'refused' WHEN h.id %% 25 = 0 THEN 'submitted' WHEN h.id %% 25 = 1 THEN 'open'
       WHEN h.id %% 6 = 0 THEN 'refused' ELSE 'granted' END,
  'window', m.person_id, h.id, '', '', %(form)s, '{}',
  %(day)s::date - (h.id %% 700)::int, 'user:0', %(day)s::date - (h.id %% 700)::int,
  CASE WHEN h.id %% 25 = 0 AND NOT h.id = ANY(%(kept)s) THEN NULL ELSE %(day)s::date - (h.id %% 700)::int END,
  '', '', '{}', %(day)s::date + (h.id %% 60)::int - 20, false,
  CASE WHEN h.id %% 25 > 1 THEN %(day)s::date - (h.id %% 600)::int END, 1
FROM people_household h
JOIN (SELECT DISTINCT ON (household_id) household_id, person_id FROM people_membership ORDER BY household_id, id) m
  ON m.household_id = h.id"""

MEMBERS = """
INSERT INTO casework_member (case_id, person_id, relation, counted, not_counted_reason, answers)
SELECT c.id, m.person_id, m.relation, true, '', %(answers)s
FROM casework_case c JOIN people_membership m ON m.household_id = c.household_id
WHERE c.state IN ('submitted', 'open')"""

TASKS = """
INSERT INTO casework_task (case_id, step, round, state, role, path, opened_at, due_on, due_provisional, claimed_by,
  done_by, done_by_name, partners, outcome, reason, evidence, evidence_sha, urged_times, urged_by_name)
SELECT c.id, CASE c.state WHEN 'submitted' THEN 'accept' ELSE 'investigate' END, 1, 'open',
  CASE c.state WHEN 'submitted' THEN 'assistance.clerk' ELSE 'assistance.investigator' END,
  t.path, c.created_at, %(day)s::date + (c.id %% 30)::int - 5, false, '', '', '', '[]', '', '', '{}', '', 0, ''
FROM casework_case c
JOIN LATERAL (SELECT string_agg(u, '/' ORDER BY n) || '/' AS path
  FROM unnest(string_to_array(rtrim(c.path, '/'), '/')) WITH ORDINALITY AS x(u, n) WHERE length(u) <= 9) t ON true
WHERE c.state IN ('submitted', 'open')"""

# Who received once and no longer does: at a million households the register is a hundred thousand lines long.
ENDED = """
INSERT INTO assistance_standing (path, low_income_class, state, class_ur, decision_number, members, amount, score, tier,
  valid_from, review_due, ended_on, end_reason, applicant_id, household_id, care_level, support_form)
SELECT h.path, 'L2', 'ended', 'urban', '', 2, 45000, '', '', %(day)s::date - 760, %(day)s::date - 400,
  %(day)s::date - 365, 'income', m.person_id, h.id, '', ''
FROM people_household h
JOIN (SELECT DISTINCT ON (household_id) household_id, person_id FROM people_membership ORDER BY household_id, id) m
  ON m.household_id = h.id
WHERE h.id %% 12 = 3"""
