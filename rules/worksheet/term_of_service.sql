-- Term of service: whom the register took out as a conscript counts again once a conscript's term is over, or where no
-- day of the enlistment is known: discharged, or a non-commissioned officer, who is no conscript. The ledger's own note
-- is the office's word and stands as long as the office writes it.
select
    unit_member.household_key,
    unit_member.person_key,
    unit_member.covered,
    case
        when unit_member.reason_code = 'conscript' and unit_member.reason_source <> 'roster'
            then coalesce(
                date_diff('month', date_trunc('month', unit_member.since_date), as_of_day.as_of_month)
                > policy.conscript_service_months,
                true
            )
        else unit_member.counted
    end as counted,
    unit_member.reason_code,
    unit_member.reason_source,
    unit_member.reason_row_keys,
    unit_member.since_date
from unit_member
join policy using (household_key)
cross join as_of_day
