-- The history of accesses of a mailbox and of a dossier, bris de glace, and what people are told of their rights.

-- Where the journal lists an act: one line for each mailbox under whose right it was done, or that it concerns. The sealed
-- entry says the same (detail, "under"): the check of the journal compares the two. Insert-only.
create table access (
    mailbox integer not null references mailbox(key),
    at      integer not null,
    seq     integer not null references journal(seq),
    person  blob    not null,                  -- empty: the program itself
    kind    integer not null,                  -- 0 opened, 1 printed, 2 exported, 3 sent, 4 validated, 5 rights, 6 settings, 7 glass
    dossier integer not null,                  -- 0: none
    primary key (mailbox, at, seq)
) strict, without rowid;

create index access_person on access(mailbox, person, at, seq);
create index access_kind on access(mailbox, kind, at, seq) where kind <> 0;      -- those opened are nearly all
create index access_dossier on access(dossier, mailbox, at, seq) where dossier <> 0;
create index access_entry on access(seq);

create trigger access_no_update before update on access begin
    select raise(abort, 'the history of accesses is insert-only');
end;

create trigger access_no_delete before delete on access begin
    select raise(abort, 'the history of accesses is insert-only');
end;

-- A mailbox that an administrator opened without a right. The journal seals a hash of the reason.
create table broken_glass (
    id              blob    not null primary key,
    mailbox         integer not null references mailbox(key),
    person          blob    not null references person(id),
    reason          text    not null,
    begins          integer not null,
    ends            integer not null,
    acknowledged_at integer not null
) strict;

create index broken_glass_open on broken_glass(mailbox) where acknowledged_at = 0;

-- A change of a right that its person has not seen (seen_at 0) or has.
create table notice (
    key          integer primary key autoincrement,
    person       blob    not null references person(id),
    at           integer not null,
    mailbox      integer not null references mailbox(key),
    address      text    not null,             -- as it was then
    before_level text    not null,             -- '' none, 'read', 'send', 'own'
    before_ends  integer not null,
    after_level  text    not null,
    after_ends   integer not null,
    author       blob    not null,             -- empty: a date passed
    seen_at      integer not null
) strict;

create index notice_unseen on notice(person, key) where seen_at = 0;

-- Up to which moment the rights that begin or end by date were told; 0: not yet.
create table told (
    only_one integer not null primary key check (only_one = 1),
    at       integer not null
) strict;

insert into told(only_one, at) values (1, 0);
