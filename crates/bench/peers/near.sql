-- Listings and questions for PostgreSQL, with the indexes that serve them best: see near.sh.
create extension postgis;
create extension pg_trgm;
\set file :room '/assets.jsonl'
create unlogged table raw (row jsonb);
copy raw from :'file' with (format csv, quote e'\x01', delimiter e'\x02');
-- What we count as one asset, although it is listed more than once, is one here as well, with what is known of it.
\set file :room '/kept.csv'
create unlogged table kept (id text primary key, cost text, step_free bool, verified_on date);
copy kept from :'file' with (format csv);
\set file :room '/questions'
create unlogged table addresses (id int generated always as identity, address text);
copy addresses (address) from :'file';
create table assets as
select kept.id, row->>'name' as name, row->>'kind' kind, row->>'description' description,
    array(select jsonb_array_elements_text(row->'needs')) needs, row->>'phone' phone, row->>'website' website,
    row->>'schedule' schedule, costs.cost_from cost, step_free, verified_on,
    (row#>>'{timetable,sessions,0,on,weekly,day}')::int weekday, (row#>>'{timetable,sessions,0,from}')::int starts,
    (row#>>'{timetable,sessions,0,to}')::int ends,
    st_point((row#>>'{place,0}')::float, (row#>>'{place,1}')::float)::geography place,
    (row->>'name') || ' ' || (row->>'description') words
from (select row->'record' as row from raw) as record
join kept on kept.id = (row->>'source') || '/' || (row->>'source_id')
left join (select distinct row#>>'{record,cost}' cost, (row#>>'{record,cost_from}')::float cost_from from raw) as costs
    on costs.cost = kept.cost;
create index on assets using gist (place);
create index on assets using gin (words gin_trgm_ops);
create index on assets (weekday);
-- The query of an address, name=value.
create function asked(query text, what text) returns text immutable language sql as
    $$ select substring('&' || query from '&' || what || '=([^&]*)') $$;
create table questions as
select id, st_point(split_part(asked(query, 'at'), ',', 2)::float, split_part(asked(query, 'at'), ',', 1)::float)::geography place,
    coalesce(asked(query, 'minutes'), '15')::float minutes, asked(query, 'need') need, asked(query, 'free') = 'true' free,
    asked(query, 'step_free') = 'true' step_free, asked(query, 'open') = 'week' open,
    array_position(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'], asked(query, 'day')) - 1 weekday,
    split_part(asked(query, 'after'), ':', 1)::int * 60 after, replace(asked(query, 'q'), '%20', ' ') words
from (select id, split_part(address, '?', 2) query from addresses) as address;
alter table questions add primary key (id);
vacuum analyze;
