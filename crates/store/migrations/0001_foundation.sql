-- The practice, its people, its mailboxes and the rights on them, what was received, and the journal.
-- Times are milliseconds since 1970-01-01T00:00:00Z; 0 stands for "not" (not suspended, no end). Ids are 16-byte UUIDs.

create table practice (
    only_one   integer not null primary key check (only_one = 1),
    id         blob    not null,
    name       text    not null,
    created_at integer not null,
    epoch      integer not null     -- number of the state of all rights: every change of a right adds one
) strict;

create table person (
    id                   blob    not null primary key,
    login                text    not null unique collate nocase,
    title                text    not null,
    first_name           text    not null,
    last_name            text    not null,
    role                 text    not null,
    rpps                 text    not null,
    administrator        integer not null,
    password             text    not null,     -- argon2id, PHC string
    password_must_change integer not null,
    idle_minutes         integer not null,
    failures             integer not null,     -- wrong passwords since the last right one
    locked_until         integer not null,
    suspended_since      integer not null,
    created_at           integer not null
) strict;

create table person_group (
    id   blob not null primary key,
    name text not null unique collate nocase
) strict;

create table group_member (
    group_id  blob not null references person_group(id) on delete cascade,
    person_id blob not null references person(id),
    primary key (group_id, person_id)
) strict, without rowid;

create table mailbox (
    key                integer primary key autoincrement,
    id                 blob    not null unique,
    owner              blob    not null references person(id),
    kind               text    not null,
    address            text    not null collate nocase,
    connection         text    not null,       -- JSON of api::mailboxes::Connection
    secret             text    not null,       -- '' when there is none; the file is encrypted as a whole
    enabled            integer not null,
    delete_from_server integer not null,
    retention_days     integer not null,
    auto_share         integer not null,
    shared             integer not null,
    share_version      integer not null,
    uid_validity       integer not null,       -- of the server's INBOX (RFC 3501, 2.3.1.1); 0 before the first fetch
    uid_next           integer not null,       -- the lowest UID not yet taken in
    deletion_blocked   integer not null,       -- UIDVALIDITY changed: no deletion until a person confirms
    last_success       integer not null,
    created_at         integer not null
) strict;

create unique index mailbox_address on mailbox(kind, address, owner);

create table share_grant (
    mailbox integer not null references mailbox(key),
    to_kind text    not null check (to_kind in ('person', 'group', 'everyone')),
    to_id   blob    not null,                  -- empty for everyone
    level   text    not null check (level in ('read', 'send')),
    begins  integer not null,
    ends    integer not null,
    primary key (mailbox, to_kind, to_id, begins)
) strict, without rowid;

-- The bytes received, the same bytes once. All else about a message can be derived from them again.
create table raw_message (
    key         integer primary key autoincrement,
    sha256      blob    not null unique,
    bytes       integer not null,              -- size before compression
    source      text    not null check (source in ('message', 'file')),
    name        text    not null,              -- a file's name
    received_at integer not null,
    zstd        blob    not null
) strict;

-- One line for each copy that a server or a folder gave.
create table delivery (
    mailbox      integer not null references mailbox(key),
    uid_validity integer not null,
    uid          integer not null,
    raw          integer not null references raw_message(key),
    state        integer not null,             -- 0 kept, 1 removed from the server after its copy was checked
    at           integer not null,
    primary key (mailbox, uid_validity, uid)
) strict, without rowid;

create index delivery_raw on delivery(raw, mailbox);
create index delivery_kept on delivery(mailbox, uid_validity, uid) where state = 0;

-- One report on one patient, as the lists show it.
create table dossier (
    key            integer primary key autoincrement,
    id             blob    not null unique,
    raw            integer not null references raw_message(key),
    part           integer not null,           -- place of the report in its message
    received_at    integer not null,
    sender         text    not null,
    subject        text    not null,
    last_name      text    not null,
    first_name     text    not null,
    birth_date     text    not null,
    sex            text    not null,
    identified     integer not null,
    urgency        integer not null,           -- 0 critical, 1 abnormal, 2 unknown, 3 normal
    headline_label text    not null,
    headline_value text    not null,
    headline_flag  text    not null,
    abnormal       integer not null,
    results        integer not null,
    documents      integer not null,
    warned         integer not null,
    format         text    not null,
    status         text    not null,
    number         text    not null,
    responsible    blob    not null references person(id),
    validated_by   blob    references person(id),
    validated_at   integer not null,
    unique (raw, part)
) strict;

-- A dossier lies in a mailbox; the columns beside the key are copies from the dossier, for the lists' indexes.
create table placement (
    dossier     integer not null references dossier(key),
    mailbox     integer not null references mailbox(key),
    waiting     integer not null,              -- 1 until validated
    urgency     integer not null,
    newest      integer not null,              -- minus the time of arrival, so that every index runs upwards
    identified  integer not null,
    responsible blob    not null,
    copy        integer not null,              -- 0 for the first mailbox it came by, 1 for the next, …
    primary key (dossier, mailbox)
) strict, without rowid;

create index placement_list on placement(mailbox, waiting, urgency, newest, dossier);
create index placement_newest on placement(mailbox, waiting, newest, dossier);
create index placement_mine on placement(responsible, waiting, urgency, newest, dossier, mailbox);
create index placement_unidentified on placement(mailbox, urgency, newest, dossier) where waiting = 1 and identified = 0;
create index placement_copies on placement(mailbox, dossier) where copy > 0;

-- Counts kept beside the lists, so that no screen waits for a count.
create table tally (
    mailbox     integer not null,
    responsible blob    not null,
    urgency     integer not null,
    identified  integer not null,
    waiting     integer not null,              -- how many
    primary key (mailbox, responsible, urgency, identified)
) strict, without rowid;

create trigger placement_added after insert on placement when new.waiting = 1 begin
    insert into tally(mailbox, responsible, urgency, identified, waiting)
    values (new.mailbox, new.responsible, new.urgency, new.identified, 1)
    on conflict do update set waiting = waiting + 1;
end;

create trigger placement_removed after delete on placement when old.waiting = 1 begin
    update tally set waiting = waiting - 1
    where mailbox = old.mailbox and responsible = old.responsible and urgency = old.urgency and identified = old.identified;
end;

create trigger placement_changed after update on placement begin
    update tally set waiting = waiting - old.waiting
    where mailbox = old.mailbox and responsible = old.responsible and urgency = old.urgency and identified = old.identified;
    insert into tally(mailbox, responsible, urgency, identified, waiting)
    values (new.mailbox, new.responsible, new.urgency, new.identified, new.waiting)
    on conflict do update set waiting = waiting + new.waiting;
end;

create table seen (
    dossier integer not null references dossier(key),
    person  blob    not null references person(id),
    at      integer not null,
    primary key (dossier, person)
) strict, without rowid;

create virtual table dossier_text using fts5(
    words, content = '', contentless_delete = 1, detail = none,
    tokenize = 'unicode61 remove_diacritics 2'
);

-- Who did what. Insert-only; every entry is sealed together with the one before it.
create table journal (
    seq    integer not null primary key,
    at     integer not null,
    person blob    not null,                   -- empty: the program itself
    post   text    not null,
    act    text    not null,
    object blob    not null,
    detail text    not null,                   -- JSON, without any patient's identity
    seal   blob    not null                    -- HMAC-SHA256 over the seal before and all of the above
) strict;

create trigger journal_no_update before update on journal begin
    select raise(abort, 'the journal is insert-only');
end;

create trigger journal_no_delete before delete on journal begin
    select raise(abort, 'the journal is insert-only');
end;

create table journal_head (
    only_one integer not null primary key check (only_one = 1),
    entries  integer not null,
    seal     blob    not null,                 -- of the last entry
    mac      blob    not null                  -- HMAC-SHA256 over the two above: a journal cut short shows
) strict;
