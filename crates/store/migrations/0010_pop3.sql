-- The unique-ids of POP3 servers (RFC 1939 7), and the numbers that stand for them: `delivery` knows a message by
-- (uid_validity, uid). Another server or account has another uid_validity, as its unique-ids mean other messages.

create table pop3_number (
    mailbox      integer not null references mailbox(key) on delete cascade,
    uid_validity integer not null,
    unique_id    text    not null,
    uid          integer not null,
    primary key (mailbox, uid_validity, unique_id)
) strict, without rowid;

create unique index pop3_number_uid on pop3_number(mailbox, uid_validity, uid);
