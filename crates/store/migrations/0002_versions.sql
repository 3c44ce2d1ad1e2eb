-- Versions of one report (partial, complete, corrected), the same report received more than once, the words of documents.

alter table dossier add column chain    blob not null default x'';   -- the same for all versions; empty: it stands alone
alter table dossier add column content  blob not null default x'';   -- the same for the same contents
alter table dossier add column analytes blob not null default x'';   -- what was measured: four bytes each, ascending
alter table dossier add column document text not null default '';    -- the document's own identifier
alter table dossier add column replaces text not null default '';    -- the identifier of the document it replaces
alter table dossier add column patient  text not null default '';    -- names and birth date, folded: the same patient

alter table dossier add column documents_read integer not null default 0;  -- 1 to be read for the search, 2 begun, 0 done

create index dossier_documents on dossier(key) where documents_read = 1;
create index dossier_chain on dossier(chain) where chain <> x'';
create index dossier_document on dossier(document) where document <> '';
create index dossier_patient on dossier(patient) where patient <> '';

-- A report in other bytes whose contents are a dossier's that was here before.
create table dossier_copy (
    raw     integer not null references raw_message(key),
    part    integer not null,
    dossier integer not null references dossier(key),
    primary key (raw, part)
) strict, without rowid;

create index dossier_copy_of on dossier_copy(dossier);

-- placement.waiting: 1 waits, 0 validated, 2 stepped back behind another version that lies in the same mailbox.
drop trigger placement_changed;

create trigger placement_changed after update on placement begin
    update tally set waiting = waiting - (old.waiting = 1)
    where mailbox = old.mailbox and responsible = old.responsible and urgency = old.urgency and identified = old.identified;
    insert into tally(mailbox, responsible, urgency, identified, waiting)
    values (new.mailbox, new.responsible, new.urgency, new.identified, new.waiting = 1)
    on conflict do update set waiting = waiting + (new.waiting = 1);
end;
