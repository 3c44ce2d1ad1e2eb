-- What versions of a report are held against one another by, and what people decided of them.

-- JSON of formats::Facts: laboratory, sender, patient, number, times, documents. Empty: taken in before this was kept; then
-- nothing is shown to replace anything.
alter table dossier add column facts text not null default '';

-- dossier.analytes has another form from now on: 17 bytes for each result (what was measured, its value, how final it is).
update dossier set analytes = x'';

create index dossier_replaces on dossier(replaces) where replaces <> '';

-- A person's word on two dossiers: `newer` takes the place of the other one; 0: they are two analyses.
create table version_choice (
    low    integer not null references dossier(key),
    high   integer not null references dossier(key),
    newer  integer not null,
    person blob    not null references person(id),
    at     integer not null,
    primary key (low, high),
    check (low < high and newer in (0, low, high))
) strict, without rowid;

create index version_choice_high on version_choice(high);

-- A validated dossier whose place another one has taken: whoever validated it is told until they open the newer one.
create table superseded (
    former integer not null references dossier(key),
    newer  integer not null references dossier(key),
    at     integer not null,
    primary key (former, newer)
) strict, without rowid;
