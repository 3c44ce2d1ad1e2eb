-- The accounts of every kind: what only some of them have.

alter table mailbox add column outgoing text not null default '';            -- JSON of api::mailboxes::Outgoing
alter table mailbox add column apicrypt text not null default '';            -- JSON of api::mailboxes::Apicrypt
alter table mailbox add column key_code text not null default '';            -- a secret, as `secret` is
alter table mailbox add column certificate text not null default '';         -- a client's chain and key, PEM: a secret too
alter table mailbox add column certificate_subject text not null default '';
alter table mailbox add column certificate_ends integer not null default 0;
alter table mailbox add column auto_relay integer not null default 1;

-- What the server told at the last connection; 0: nothing.
alter table mailbox add column told_certificate_ends integer not null default 0;
alter table mailbox add column told_quota_used integer not null default 0;
alter table mailbox add column told_quota_limit integer not null default 0;

-- *Messagerie utilisée pour les envois*. Empty: none chosen. It gives no right: what one may send from is asked each time.
alter table person add column default_sender blob not null default x'';
