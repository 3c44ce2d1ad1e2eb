-- The columns of a mailbox's secrets say where each is kept: 'here:' and the secret itself, or 'entry:' and the name and
-- the number of parts of its entry in the operating system's key store. Empty: none is kept.
update mailbox set secret = 'here:' || secret where secret <> '';
update mailbox set key_code = 'here:' || key_code where key_code <> '';
update mailbox set certificate = 'here:' || certificate where certificate <> '';

-- Entries of the key store that no mailbox names: to be taken out from that time on. One that is just being made is here
-- until the change that names it is committed.
create table unused_entry (
    name        text    primary key,
    parts       integer not null,
    unused_from integer not null
) strict, without rowid;
