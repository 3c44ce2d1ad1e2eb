-- What leaves the tree after its mailbox's delay, what is told of deletion on a server, and mailboxes that are taken away.

-- When the message left this mailbox's tree; 0: it stands there. The line itself stays: its UID is not fetched again.
alter table delivery add column left_at integer not null default 0;

-- When the bytes were removed, with the last mailbox that they left; 0: they are here. The hash stays.
alter table raw_message add column purged_at integer not null default 0;

-- placement.waiting has one value more: 4, no message of the dossier stands in this mailbox any more. Its conclusions stay
-- readable there.
alter table placement add column left_at integer not null default 0;

-- When the last bytes that the dossier could be read from were removed; 0: there are some.
alter table dossier add column removed_at integer not null default 0;

-- What was decided on a dossier whose contents were removed and came again: it waits anew, and this stays.
create table conclusion (
    dossier      integer not null references dossier(key),
    validated_by blob    not null references person(id),
    validated_at integer not null,
    removed_at   integer not null,
    primary key (dossier, validated_at)
) strict, without rowid;

alter table mailbox add column purge_looked_at integer not null default 0;   -- the last time the rule was applied
alter table mailbox add column deletion_refused_at integer not null default 0;
alter table mailbox add column archived_at integer not null default 0;       -- switched off for good, readable
alter table mailbox add column emptied integer not null default 0;           -- 1: an archive that keeps conclusions alone
alter table mailbox add column gone_at integer not null default 0;           -- taken away: named in the journal only

-- An address that was taken away may be added again.
drop index mailbox_address;
create unique index mailbox_address on mailbox(kind, address, owner) where gone_at = 0;

create index delivery_standing on delivery(raw, mailbox) where left_at = 0;

-- Until now the delay did nothing and no screen showed it. Nobody chose these 90 days: nothing may go because of them
-- before the owner has said so.
update mailbox set retention_days = 3650 where retention_days = 90;
