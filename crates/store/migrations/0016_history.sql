-- The numbers of each report, kept apart from its bytes: previous values are found by them, and they stay when the bytes leave.

-- What bannette_store::PackedValues packs: the numeric results as they were sent. No row: not read yet.
create table dossier_values (
    dossier integer not null primary key references dossier(key),
    content blob    not null
) strict;

-- When the mailbox's owner had the numbers of what left it erased; 0: they count there.
alter table placement add column values_erased_at integer not null default 0;

-- Whatever is here is read once more for its numbers: the same pass that judges it by the practice's thresholds.
update dossier set judged = 0 where removed_at = 0;

-- No delay is on that nobody chose. 0: what comes is kept (*Garder*). 90 was the program's proposal, 3650 what migration 8 made
-- of it; whoever chose another number keeps it.
update mailbox set retention_days = 0 where retention_days in (90, 3650);
