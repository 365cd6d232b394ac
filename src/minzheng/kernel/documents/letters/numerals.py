"""Sums in letters stand twice, in figures and in the capital numerals (大写) that cannot be altered."""

from __future__ import annotations

from minzheng.kernel.errors import Mistake

__all__ = ["money_in_figures", "money_in_words"]

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def money_in_figures(fen: int) -> str:
    """38400 fen is 384.00."""
    _not_negative(fen)
    return f"{fen // 100:,}.{fen % 100:02d}"


def money_in_words(fen: int) -> str:
    """38400 fen is 叁佰捌拾肆元整 (正确填写票据和结算凭证的基本规定)."""
    _not_negative(fen)
    yuan, (jiao, cents) = fen // 100, divmod(fen % 100, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not cents:
        return f"{whole or '零元'}整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"{whole}{tenths}" + (f"{_DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    """A positive whole number, in groups of four digits; a gap of zeros is spoken once."""
    text, pending = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10 ** (4 * group) % 10_000
        if part == 0:
            pending = bool(text)
            continue
        if text and (pending or part < 1000):
            text += "零"
        text, pending = text + _four(part) + _GROUPS[group], False
    return text


def _four(part: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text


def _not_negative(fen: int) -> None:
    if fen < 0:
        raise Mistake("letter_money", "文书中的金额不能是负数。请检查计算结果。", fen=fen)
