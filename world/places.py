"""Subdistricts and communities with their 12-digit codes (GB/T 2260 + three + three digits) and invented names."""

from __future__ import annotations

from dataclasses import dataclass

from world.scales import Scale

_FIRST = "兴工永善德丰景明春和晨光云安翠柏长青金泉石桥南湖北苑东陵西塔朝阳启文"
_SECOND = "街道 花园 新村 家园 里 胡同 小区 大院"
QUARTERLY_SUBDISTRICTS = ("210106013", "210106014")
"""Where the payroll runs in the first month of each quarter only."""


@dataclass(frozen=True)
class Place:
    """One community: its code and the text an address begins with."""

    region_code: str
    address: str


def places(scale: Scale, community_count: int = 108, subdistrict_count: int = 14) -> list[Place]:
    """All communities of the scale: per county 14 subdistricts and 108 communities."""
    found: list[Place] = []
    endings = _SECOND.split()
    for county in scale.counties:
        for index in range(community_count):
            subdistrict = index % subdistrict_count + 1
            community = index // subdistrict_count + 1
            name = _FIRST[2 * (subdistrict - 1) : 2 * subdistrict]
            ending = endings[(community + subdistrict) % len(endings)]
            found.append(
                Place(
                    f"{county}{subdistrict:03d}{community:03d}",
                    f"沈江市{_COUNTY_NAMES[county]}{name}{ending}{community}社区",
                )
            )
    return found


_COUNTY_NAMES = {
    "210106": "铁东区",
    "210102": "和顺区",
    "210103": "河东区",
    "210104": "大同区",
    "210105": "皇林区",
    "210111": "苏屯区",
    "210112": "浑北区",
    "210113": "新城区",
}
