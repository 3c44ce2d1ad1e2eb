-- Mail addresses are the same whatever the case (the column's nocase); the names that people give to folders and to
-- Bioserveur accounts are compared as they are written. `MailboxKind::same_address` says the same.
drop index mailbox_address;
create unique index mailbox_address on mailbox(kind, address, owner)
    where gone_at = 0 and kind not in ('folder', 'bioserveur');
create unique index mailbox_name on mailbox(kind, address collate binary, owner)
    where gone_at = 0 and kind in ('folder', 'bioserveur');
