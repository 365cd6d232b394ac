"""Names put together at random from what is common in the province, by generation and sex."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from minzheng.kernel.areas.spelling import spell, spell_person

__all__ = ["Names", "draw_surnames"]

Ints = npt.NDArray[np.int64]

# Rounded shares per thousand; the first line of a pair is the characters, the second their weights.
SURNAMES = (
    "王李张刘赵孙杨陈于徐高马周郭吴姜宋朱林韩崔冯吕董胡曹邢田丁何隋初丛尹",
    (90, 85, 82, 62, 48, 38, 28, 26, 26, 22, 20, 18, 18, 17, 16, 15, 15, 14, 14, 13, 13, 12, 11, 11, 10, 9, 8, 8, 7,
     7, 5, 4, 4, 4),
)  # fmt: skip
KOREAN_SURNAMES = (
    "金李朴崔郑姜赵尹张林许韩南全申吴",
    (230, 160, 120, 80, 55, 35, 30, 30, 30, 30, 25, 20, 20, 20, 18, 18),
)
# First and second characters: men and women, born before 1965, before 1990, and since.
GIVEN = (
    ("国德玉福长文学振广永凤宝庆连树", "林山海祥才义德发贵清江有生臣富"),
    ("桂淑玉秀凤素亚翠春艳金雅彩敬丽", "兰芝珍英荣琴华芬霞云香清贤娥芳"),
    ("志建晓海洪立永春伟东文明佳宏长", "军伟强刚波峰涛辉明鹏东亮杰龙勇"),
    ("丽晓艳红春海雪亚秀立玉佳雅文金", "红梅霞丽艳杰玲华波娟敏萍静娜影"),
    ("子宇浩俊泽梓嘉博一天明思家奕昊", "轩航宇泽豪辰然博霖铭睿阳涵诺希"),
    ("梓欣雨诗佳思子一嘉梦可语若紫依", "涵怡萱琪彤妍桐诺菲瑶雯宁然昕玥"),
)
SINGLE = 0.16


class Names:
    """The parts as columns, ready to be drawn from, each with its initial."""

    def __init__(self) -> None:
        self.surnames = list(SURNAMES[0]) + list(KOREAN_SURNAMES[0])
        self.surname_initials = [spell_person(s)[1] for s in self.surnames]
        self.first = [char for first, _ in GIVEN for char in first]
        self.second = [char for _, second in GIVEN for char in second]
        self.first_initials = [spell(char)[1] for char in self.first]
        self.second_initials = [spell(char)[1] for char in self.second]

    def write(
        self, rng: np.random.Generator, surname: Ints, male: npt.NDArray[np.bool_], born_year: Ints
    ) -> tuple[list[str], list[str]]:
        """Full names and their initials."""
        generation = np.digitize(born_year, [1965, 1990])
        base = (generation * 2 + ~male) * 15
        # Squaring favours the front of each list, as fashions do.
        one = (base + rng.random(len(surname)) ** 1.4 * 15).astype(np.int64)
        two = (base + rng.random(len(surname)) ** 1.4 * 15).astype(np.int64)
        single = (rng.random(len(surname)) < SINGLE).tolist()
        names, initials = [], []
        for s, a, b, short in zip(surname.tolist(), one.tolist(), two.tolist(), single, strict=True):
            names.append(self.surnames[s] + ("" if short else self.first[a]) + self.second[b])
            initials.append(
                self.surname_initials[s] + ("" if short else self.first_initials[a]) + self.second_initials[b]
            )
        return names, initials


def draw_surnames(rng: np.random.Generator, korean: npt.NDArray[np.bool_]) -> Ints:
    """A surname for each, by the frequencies of the people they belong to."""
    uniform = rng.random(len(korean))
    common = _pick(SURNAMES[1], uniform)
    other = _pick(KOREAN_SURNAMES[1], uniform) + len(SURNAMES[0])
    return np.where(korean, other, common)


def _pick(weights: tuple[int, ...], uniform: npt.NDArray[np.float64]) -> Ints:
    cumulative = np.cumsum(weights)
    drawn: Ints = np.searchsorted(cumulative, uniform * cumulative[-1], side="right").astype(np.int64)
    return drawn
