"""Eight small cards, enough for a warehouse: two registers of the centre's own, six feeds."""

from __future__ import annotations

from pathlib import Path

CARD = """source: {source}
title: {{zh: 样例, en: Sample}}
provider: {{zh: 样例局, en: Sample bureau}}
contact: {{zh: 样例科, en: Sample section}}
legal_basis:
  text: 《社会救助暂行办法》第五十八条
  rests_on: {rests_on}
attesting_origin: {origin}
table: {table}
kind: {kind}
cadence: {{every: month, expected_by_day: 15, max_age_days: 40}}
region_prefix: "{region}"
file:
  pattern: {source}_{group}\\.csv
  format: csv
  encoding: utf-8
  as_of: pattern
covers: [{covers}]
natural_key: [id_number]
columns:
  姓名: {{name: name, type: name, sensitivity: identity}}
  身份证号: {{name: id_number, type: id_number, sensitivity: identity, required: false}}
  出生日期: {{name: birth_date, type: date, sensitivity: identity, required: false}}
  地址: {{name: address, type: text, sensitivity: identity, required: false}}
healthy: {{rows_min: 0, unusable_id_share_max: 1, structural_refusal_share_max: 1}}
"""
ROOMS = (
    ("roster", "roster_member", "snapshot", "statute", "civil_affairs", "roster_membership", ""),
    ("authorisation", "authorisation", "snapshot", "statute", "civil_affairs", "authorisation", ""),
    ("payroll", "payment", "delta", "statute", "civil_affairs", "payment", ""),
    ("contribution", "contribution", "delta", "consent", "social_insurance", "contribution", "4210"),
    ("hukou_change", "hukou_event", "delta", "statute", "public_security", "death hukou_event", ""),
    ("hukou", "hukou_person", "snapshot", "statute", "public_security", "death hukou_person", ""),
    ("cremation", "cremation", "delta", "statute", "funeral_service", "death", ""),
    ("vehicle", "vehicle", "snapshot", "consent", "traffic_police", "vehicle", ""),
)


def write_rooms(folder: Path) -> Path:
    """The cards, one room each, below `folder`."""
    for source, table, kind, rests_on, origin, facts, region in ROOMS:
        about = r"(?P<as_of>\d{8})" if kind == "snapshot" else r"(?P<period>\d{6})"
        group = about + r"(_p(?P<part>\d+)of(?P<parts>\d+))?(_(?P<sequence>\d+))?"
        period = "day" if kind == "snapshot" else "month"
        covers = ", ".join(f"{{fact: {fact}, period: {period}}}" for fact in facts.split())
        text = CARD.format(
            source=source,
            table=table,
            kind=kind,
            rests_on=rests_on,
            origin=origin,
            group=group,
            covers=covers,
            region=region,
        )
        room = folder / source
        room.mkdir(parents=True)
        (room / "source.yml").write_text(text, encoding="utf-8")
    return folder
