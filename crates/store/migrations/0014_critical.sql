-- The practice's critical thresholds, and by which state of them each dossier was judged.

-- Rows that the practice changed; all others are as proposed by the program.
create table threshold (
    row_id  text    not null primary key,
    enabled integer not null,
    low     text    not null,              -- decimal strings; empty: no such limit
    high    text    not null
) strict, without rowid;

-- The number of the state of all thresholds: every change adds one. So does another edition of the proposals.
create table threshold_state (
    only_one   integer not null primary key check (only_one = 1),
    generation integer not null,
    edition    integer not null
) strict;

insert into threshold_state(only_one, generation, edition) values (1, 1, 1);

-- Where the practice's threshold alone makes it critical: the sign and the limit (`> 6,2`). Empty: the laboratory's word.
alter table dossier add column headline_threshold text not null default '';
-- The generation by which it was judged: those of an older one are judged again.
alter table dossier add column judged integer not null default 0;

create index dossier_judged on dossier(judged, key) where removed_at = 0;
