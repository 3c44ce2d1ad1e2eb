-- What came encrypted (APICRYPT), and what the official tool gave for it. The bytes received stay as they came.

-- Messages in which something is still encrypted.
create table sealed_message (
    raw integer primary key references raw_message(key) on delete cascade
) strict;

-- Tries of a mailbox's tool that failed, since its settings were changed or a person asked for another try.
create table sealed_try (
    mailbox integer not null references mailbox(key) on delete cascade,
    raw     integer not null references raw_message(key) on delete cascade,
    tries   integer not null,
    why     text    not null,                  -- JSON of api::connection::OpeningFault
    at      integer not null,
    primary key (mailbox, raw)
) strict, without rowid;

-- The clear bytes, as the tool gave them: read in the place of what they open.
create table clear_part (
    raw    integer not null references raw_message(key) on delete cascade,
    place  integer not null,                   -- of the encrypted content in its message
    sha256 blob    not null,
    bytes  integer not null,                   -- size before compression
    zstd   blob    not null,
    at     integer not null,
    primary key (raw, place)
) strict, without rowid;
