-- What waits for its owner's decision or is confidential, and what waits to be sorted.

-- Who sees a placement: 0 all who may read its mailbox, 1 it waits for the owner's decision, 2 the owner alone.
alter table placement add column held integer not null default 0;

-- placement.waiting has one value more: 3, it waits under *À trier* and is in no list of results.

drop index placement_list;
drop index placement_newest;
drop index placement_mine;
drop index placement_unidentified;
drop index placement_copies;

create index placement_list on placement(mailbox, held, waiting, urgency, newest, dossier);
create index placement_newest on placement(mailbox, held, waiting, newest, dossier);
create index placement_mine on placement(responsible, waiting, urgency, newest, dossier, mailbox, held);
create index placement_unidentified on placement(mailbox, held, urgency, newest, dossier)
    where waiting = 1 and identified = 0;
create index placement_copies on placement(mailbox, held, dossier) where copy > 0;

-- The counts, apart for each of these states.
drop trigger placement_added;
drop trigger placement_removed;
drop trigger placement_changed;
drop table tally;

create table tally (
    mailbox     integer not null,
    held        integer not null,
    unsorted    integer not null,              -- 1: under *À trier*
    responsible blob    not null,
    urgency     integer not null,
    identified  integer not null,
    waiting     integer not null,              -- how many
    primary key (mailbox, held, unsorted, responsible, urgency, identified)
) strict, without rowid;

insert into tally(mailbox, held, unsorted, responsible, urgency, identified, waiting)
    select mailbox, held, 0, responsible, urgency, identified, count(*) from placement where waiting = 1
    group by mailbox, held, responsible, urgency, identified;

create trigger placement_added after insert on placement when new.waiting in (1, 3) begin
    insert into tally(mailbox, held, unsorted, responsible, urgency, identified, waiting)
    values (new.mailbox, new.held, new.waiting = 3, new.responsible, new.urgency, new.identified, 1)
    on conflict do update set waiting = waiting + 1;
end;

create trigger placement_removed after delete on placement when old.waiting in (1, 3) begin
    update tally set waiting = waiting - 1
    where mailbox = old.mailbox and held = old.held and unsorted = (old.waiting = 3) and responsible = old.responsible
        and urgency = old.urgency and identified = old.identified;
end;

create trigger placement_left after update on placement when old.waiting in (1, 3) begin
    update tally set waiting = waiting - 1
    where mailbox = old.mailbox and held = old.held and unsorted = (old.waiting = 3) and responsible = old.responsible
        and urgency = old.urgency and identified = old.identified;
end;

create trigger placement_entered after update on placement when new.waiting in (1, 3) begin
    insert into tally(mailbox, held, unsorted, responsible, urgency, identified, waiting)
    values (new.mailbox, new.held, new.waiting = 3, new.responsible, new.urgency, new.identified, 1)
    on conflict do update set waiting = waiting + 1;
end;
