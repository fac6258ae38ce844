-- No more than the nearest twenty that fit: no total, no counts, no reasons.
\set n random(:first, :last)
with question as materialized (select *, 4800 / 60 / 1.3 as pace from questions where id = :n)
select a.id, a.name, a.description, a.phone, a.website, a.cost, a.step_free, a.schedule, a.verified_on, a.metres
from question q cross join lateral (
    select *, st_distance(a.place, q.place, false) metres from assets a
    where st_dwithin(a.place, q.place, q.minutes * pace, false)
        and (q.need is null or q.need = any(a.needs)) and (q.free is not true or a.cost = 0)
        and (q.step_free is not true or a.step_free) and (q.open is not true or a.weekday is not null)
        and (q.words is null or q.words <% a.words) and (q.weekday is null or a.weekday = q.weekday)
        and (q.after is null or a.starts >= q.after)
    order by a.place <-> q.place limit 20
) a;
