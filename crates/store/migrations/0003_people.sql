-- People who left the practice. They stay named in the journal and in dossiers, and hold nothing any more.

alter table person add column departed_at integer not null default 0;
