"""What the codes of a worksheet are called, Chinese for those who read it and English beside."""

from __future__ import annotations

ITEM = {
    "employer": "单位工资（两方印证） wages, two voices",
    "declared": "本人申报 own statement",
    "income_tax": "代扣个人所得税 tax withheld",
    "employment_cost": "必要就业成本 cost of working",
    "new_work": "新就业收入豁免 new work",
    "severance": "一次性经济补偿 severance",
    "one_voice": "单方申报工资 wages, one voice",
    "large_month": "单月大额 lone large month",
    "contribution": "社保缴费工资或基数 contribution wage or base",
    "housing_fund": "公积金（单位或未能查询） housing fund",
    "self_employed": "个体经营申报 business filing",
    "employee_pension": "职工养老金 employee pension",
    "institution_pension": "机关事业养老金 institution pension",
    "resident_pension": "城乡居民养老金 resident pension",
    "survivor_pension": "遗属待遇 survivor pension",
    "unemployment_benefit": "失业保险金 unemployment benefit",
    "declared_pension": "申报养老金 stated pension",
    "declared_resident_pension": "申报居民养老金 stated resident pension",
    "declared_support": "申报赡养抚养扶养费 stated support",
    "declared_unemployment_benefit": "申报失业金 stated benefit",
    "declared_other": "申报其他 stated, other",
    "declared_wage": "申报年工资 stated wage of the year",
    "declared_business": "申报年经营收入 stated business of the year",
    "service_pay": "服役期满后的收入 income since the term of service",
    "tax_withholding": "个税申报 tax withholding",
    "pension": "养老金发放 pensions",
    "declaration": "家庭申报 declarations",
    "vehicle": "机动车 vehicle",
}
"""Codes not named here (items of the tax office) are printed as they are."""
KIND = {
    "wages": "工资性 wages",
    "business": "经营净收入 business",
    "property": "财产净收入 property",
    "transfer": "转移净收入 transfer",
    "holding": "财产 holding",
}
TREATMENT = {
    "counted": "计入 counted",
    "deduction": "扣减 deducted",
    "disregard": "豁免（新就业） disregarded",
    "spread": "分摊 spread",
    "exemption": "不计入 exempt",
    "superseded": "已有更好证据 superseded",
    "question_only": "仅询问 asks only",
    "disclosed": "已申报 disclosed",
    "unseen": "未能查询 not looked at",
}
GATE = {
    "dibao": "最低生活保障 dibao",
    "marginal": "低保边缘 marginal",
    "hardship": "刚性支出困难 hardship",
    "none": "均不符合 none",
    "unknown": "暂不能判断 cannot be told yet",
}
REASON = {
    "income": "依收入 by income",
    "property_question": "有财产待询问 a holding is to be asked about",
    "spending_to_be_shown": "支出待证明 spending is to be shown",
    "at_least": "已见收入即已超过 what is seen is already beyond",
    "unseen": "有未能查询的收入 some income was not looked at",
    "open_question": "有待询问的收入 a question about income is open",
    "nobody_counted": "无计入成员 nobody is counted",
}
