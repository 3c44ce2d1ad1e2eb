-- Why a right was given (the owner's words, one line; empty: nothing said), and the latest time that the practice has seen:
-- a right that has ended does not come back when the clock of a post goes back.

alter table share_grant add column motive text not null default '';
alter table practice add column latest integer not null default 0;
