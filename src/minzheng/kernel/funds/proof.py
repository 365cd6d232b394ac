"""The proof of this room: what the funds and contracts say, and what the books say, is the same."""

from __future__ import annotations

from minzheng.kernel.ledger.proof import Check

__all__ = ["CHECKS"]


def _journals(rows: str, kind: str, prefix: str, amount: str) -> str:
    """Rows without their one journal of the same amount."""
    return (
        f"SELECT r.path || ' ' || '{prefix}' || r.id FROM {rows} r LEFT JOIN ledger_journal j "
        f"ON j.reference = '{prefix}' || r.id AND j.kind = '{kind}' AND j.total = {amount} AND j.path = r.path"
    )


_ON_ACCOUNT = """(SELECT coalesce(sum(l.debit - l.credit), 0) FROM ledger_line l
  JOIN ledger_account a ON a.id = l.account_id
  WHERE a.kind = '{kind}' AND a.fund = 'reserve' AND a.path = k.path AND a.scheme = k.scheme)"""

CHECKS: tuple[Check, ...] = (
    Check(
        "reserve_differs",
        "备用金台账与账簿不符",
        f"""WITH f AS (SELECT path, scheme, sum(advanced - paid + returned - cleared) AS balance,
            sum(paid - returned) AS spent FROM funds_reservefund GROUP BY path, scheme),
          b AS (SELECT DISTINCT path, scheme FROM ledger_account WHERE fund = 'reserve' AND kind = 'advance'),
          k AS (SELECT path, scheme, coalesce(f.balance, 0) AS balance, coalesce(f.spent, 0) AS spent
                FROM f FULL JOIN b USING (path, scheme))
        SELECT k.path || ' ' || k.scheme FROM k
        WHERE k.balance <> {_ON_ACCOUNT.format(kind="advance")}
           OR k.spent <> {_ON_ACCOUNT.format(kind="budget")}""",
        proves="备用金台账的余额和支出等于账簿",
    ),
    Check(
        "reserve_totals",
        "备用金合计与逐笔收支不符",
        """SELECT f.path || ' ' || f.year FROM funds_reservefund f WHERE
          f.advanced - f.paid + f.returned - f.cleared < 0
          OR f.paid <> (SELECT coalesce(sum(p.amount), 0) FROM funds_reservepayment p WHERE p.fund_id = f.id)
          OR (f.advanced, f.returned, f.cleared) <> (
            SELECT coalesce(sum(m.amount) FILTER (WHERE m.kind = 'advance'), 0),
                   coalesce(sum(m.amount) FILTER (WHERE m.kind = 'back'), 0),
                   coalesce(sum(m.amount) FILTER (WHERE m.kind = 'cleared'), 0)
            FROM funds_reservemove m WHERE m.fund_id = f.id)""",
        proves="备用金合计等于逐笔收支",
    ),
    Check(
        "reserve_unbooked",
        "备用金收支没有对应凭证，或凭证没有对应收支",
        " UNION ALL ".join(
            [
                _journals("funds_reservepayment", "reserve_paid", "reserve/paid/", "r.amount")
                + " AND j.case_id = r.case_id WHERE j.id IS NULL",
                *(
                    _journals("funds_reservemove", kind, f"reserve/{move}/", f"r.amount * {sides}")
                    + f" WHERE j.id IS NULL AND r.kind = '{move}'"
                    # Between county and township the appropriation passes beside the cash.
                    for move, kind, sides in (
                        ("advance", "advance", 2),
                        ("back", "reserve_back", 1),
                        ("cleared", "reserve_cleared", 2),
                    )
                ),
                """SELECT j.path || ' ' || j.reference FROM ledger_journal j
                WHERE j.kind IN ('advance', 'reserve_paid', 'reserve_back', 'reserve_cleared')
                AND NOT EXISTS (SELECT 1 FROM funds_reservepayment p WHERE j.reference = 'reserve/paid/' || p.id)
                AND NOT EXISTS (SELECT 1 FROM funds_reservemove m
                                WHERE j.reference = 'reserve/' || m.kind || '/' || m.id)""",
            ]
        ),
        proves="备用金的每笔收支与凭证一一对应",
    ),
    Check(
        "reserve_signatures",
        "备用金支出不是两人签字，或不在本乡镇",
        """SELECT p.path || ' reserve/paid/' || p.id FROM funds_reservepayment p
        JOIN funds_reservefund f ON f.id = p.fund_id
        WHERE p.officer = p.approver OR p.path <> f.path""",
        proves="备用金支出由本乡镇两人签字",
    ),
    Check(
        "contracts_over_cap",
        "购买服务合同合计与年度账不符，或超过签约时上限",
        """SELECT y.path || ' ' || y.year FROM funds_purchaseyear y WHERE y.signed > y.cap OR y.signed <>
          (SELECT coalesce(sum(c.amount), 0) FROM funds_contract c WHERE c.year_id = y.id)""",
        proves="购买服务合同合计与年度账相符，没有超过上限",
    ),
    Check(
        "contract_unbooked",
        "购买服务付款与凭证不符",
        _journals("funds_handover", "contract", "contract/paid/", "r.accepted")
        + " WHERE j.id IS NULL AND r.state = 'paid' UNION ALL "
        """SELECT j.path || ' ' || j.reference FROM ledger_journal j WHERE j.kind = 'contract' AND NOT EXISTS (
          SELECT 1 FROM funds_handover h WHERE j.reference = 'contract/paid/' || h.id AND h.state = 'paid')""",
        proves="购买服务的每笔付款与凭证一一对应",
    ),
)
