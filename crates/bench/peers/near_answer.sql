-- What our API answers, in one statement: the nearest twenty in order, how many fit, what each further condition would leave,
-- which condition alone keeps how many out, and the next three beyond. Metres a minute are 4.8 km/h, by ways 1.3 times as long.
\set n random(:first, :last)
with question as materialized (select *, 4800 / 60 / 1.3 as pace from questions where id = :n),
near as materialized (
    select a.*, st_distance(a.place, q.place, false) metres, st_distance(a.place, q.place, false) / pace minutes,
        (q.need is not null and not q.need = any(a.needs))::int no_need, (q.free is true and a.cost is distinct from 0)::int no_cost,
        (q.step_free is true and a.step_free is not true)::int no_step_free, (q.open is true and a.weekday is null)::int no_open,
        (q.words is not null and not q.words <% a.words)::int no_words,
        ((q.weekday is not null and a.weekday is distinct from q.weekday)
            or (q.after is not null and coalesce(a.starts < q.after, true)))::int no_time,
        coalesce(a.starts >= coalesce(q.after, 0), false) in_hours
    from question q join assets a on st_dwithin(a.place, q.place, q.minutes * pace, false)
), judged as materialized (
    select *, no_need + no_cost + no_step_free + no_open + no_words + no_time fails from near
), fitting as (
    select * from judged where fails = 0 order by minutes, verified_on desc nulls last, id limit 20
), beyond as (
    select a.*, st_distance(a.place, q.place, false) / pace minutes
    from question q cross join lateral (
        select * from assets a
        where not st_dwithin(a.place, q.place, q.minutes * pace, false) and st_dwithin(a.place, q.place, 60 * pace, false)
            and (q.need is null or q.need = any(a.needs)) and (q.free is not true or a.cost = 0)
            and (q.step_free is not true or a.step_free) and (q.open is not true or a.weekday is not null)
            and (q.words is null or q.words <% a.words) and (q.weekday is null or a.weekday = q.weekday)
            and (q.after is null or a.starts >= q.after)
        order by a.place <-> q.place limit 3
    ) a
)
select json_build_object(
    'total', (select count(*) from judged where fails = 0),
    'results', (select coalesce(json_agg(json_build_object('id', id, 'minutes', minutes, 'metres', metres, 'name', name, 'kind', kind,
        'needs', needs, 'description', description, 'phone', phone, 'website', website, 'schedule', schedule, 'cost', cost,
        'step_free', step_free, 'verified_on', verified_on)), '[]') from fitting),
    'facets', (select json_build_object(
        'free', count(*) filter (where fails = no_cost and cost = 0), 'step_free', count(*) filter (where fails = no_step_free and step_free),
        'open', json_build_object(
            'week', count(*) filter (where fails = no_open and weekday is not null),
            'now', count(*) filter (where fails = no_open and weekday = extract(isodow from localtimestamp) - 1
                and extract(hour from localtimestamp) * 60 + extract(minute from localtimestamp) between starts and ends - 1)),
        'kind', (select json_object_agg(kind, count) from (select kind, count(*) from judged where fails = 0 group by kind) as kinds),
        'need', (select json_object_agg(need, count) from
            (select need, count(*) from judged, unnest(needs) need where fails = no_need group by need) as needs),
        'day', (select json_object_agg(weekday, count) from
            (select weekday, count(*) from judged where fails = no_time and in_hours and weekday is not null group by weekday) as days)) from judged),
    'removed', (select json_build_object('need', count(*) filter (where no_need = 1), 'cost', count(*) filter (where no_cost = 1),
        'step_free', count(*) filter (where no_step_free = 1), 'open', count(*) filter (where no_open = 1),
        'q', count(*) filter (where no_words = 1), 'day', count(*) filter (where no_time = 1)) from judged where fails = 1),
    'outside', (select json_agg(json_build_object('id', id, 'minutes', minutes, 'name', name, 'phone', phone, 'website', website)) from beyond));
